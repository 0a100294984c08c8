using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sagas.Persistence;
using Sagas.Persistence.Outbox;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>Messages that must keep their place do, whatever dies and whoever sends them, on every database.</summary>
public abstract class OutboxOrderContract
{
    private readonly SharedBroker _broker = new();
    private readonly Guid _key = Guid.NewGuid();

    protected abstract Task<ITestDatabase> CreateDatabaseAsync();

    /// <summary>The later ones find the broker back, while nobody has sent the earlier ones yet.</summary>
    [Proves("message-event-order")]
    [Fact]
    public async Task Send_BrokerWasAway_LaterMessagesDoNotOvertakeEarlierOnes()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StartAsync(database);
        _broker.IsAvailable = false;
        await AnnounceAsync(host, 1);

        _broker.IsAvailable = true;
        await AnnounceAsync(host, 2);

        await ArriveAsync(4);
        _broker.Of(_key).ShouldBe([1, 2, 3, 4]);
    }

    [Proves("message-event-order")]
    [Fact]
    public async Task Send_ProcessDiedBeforeItSent_TheNextOnesMessagesWaitForItsOwn()
    {
        await using var database = await CreateDatabaseAsync();
        await using (var died = await StartAsync(database, dispatches: false, leaseSeconds: 1))
        {
            _broker.IsAvailable = false;
            await AnnounceAsync(died, 1);
        }

        _broker.IsAvailable = true;
        await using var host = await StartAsync(database);
        await AnnounceAsync(host, 2);

        await ArriveAsync(4);
        _broker.Of(_key).ShouldBe([1, 2, 3, 4]);
    }

    /// <summary>Without any dispatcher: each process sends its own as soon as the other's rows are gone.</summary>
    [Fact]
    public async Task Send_TwoProcessesInTurn_KeepTheOrderWithoutTheDispatcher()
    {
        await using var database = await CreateDatabaseAsync();
        await using var one = await StartWithoutDispatcherAsync(database);
        await using var other = await StartWithoutDispatcherAsync(database);

        for (var number = 1; number <= 6; number++)
        {
            await AnnounceAsync(number % 2 == 0 ? one : other, number);
        }

        await ArriveAsync(12);
        _broker.Of(_key).ShouldBe(Enumerable.Range(1, 12));
    }

    /// <summary>One look, after which one message after the other finds that what it waits for has been sent.</summary>
    [Fact]
    public async Task Send_SeveralWaitForEachOther_GoTogetherOnceTheFirstMay()
    {
        await using var database = await CreateDatabaseAsync();
        var clock = new FakeClock();
        await using var one = await StartWithoutDispatcherAsync(database, clock);
        await using var other = await StartWithoutDispatcherAsync(database, clock);
        await AnnounceAsync(one, 1);
        for (var number = 2; number <= 5; number++)
        {
            await AnnounceAsync(other, number);
        }

        await AdvanceUntilAsync(clock, () => _broker.Of(_key).Contains(3));

        await ArriveAsync(10);
        _broker.Of(_key).ShouldBe(Enumerable.Range(1, 10));
    }

    /// <summary>Neither waits for more rows to delete once it knows that the other's messages wait for them.</summary>
    [Fact]
    public async Task Send_TwoProcessesKnowOfEachOther_DeleteWhatIsConfirmedAtOnce()
    {
        await using var database = await CreateDatabaseAsync();
        var clock = new FakeClock();
        await using var one = await StartWithoutDispatcherAsync(database, clock);
        await using var other = await StartWithoutDispatcherAsync(database, clock);
        await AnnounceAsync(one, 1);
        await AnnounceAsync(other, 2);
        await AnnounceAsync(one, 3);
        await AdvanceUntilAsync(clock, () => _broker.Of(_key).Count == 6);
        // And on for longer than a cleaner rests after a deletion that took time, as its last one did while the clock went on.
        var looks = 0;
        await AdvanceUntilAsync(clock, async () => await one.IsOutboxEmptyAsync() && ++looks > 20);

        for (var number = 4; number <= 7; number++)
        {
            await AnnounceAsync(number % 2 == 0 ? other : one, number);
            await one.UntilOutboxIsEmptyAsync();
        }

        _broker.Of(_key).ShouldBe(Enumerable.Range(1, 14));
    }

    [Fact]
    public async Task Dispatch_SeveralDispatchersAndManyRows_KeepTheOrderOfEachKey()
    {
        await using var database = await CreateDatabaseAsync();
        await using var one = await StartAsync(database);
        await using var two = await StartAsync(database);
        await using var three = await StartAsync(database);
        _broker.IsAvailable = false;
        var keys = Enumerable.Range(0, 8).Select(_ => Guid.NewGuid()).ToArray();
        for (var number = 1; number <= 4; number++)
        {
            await Task.WhenAll(keys.Select(key => AnnounceAsync(number % 2 == 0 ? one : two, number, key)));
        }

        _broker.IsAvailable = true;

        await one.UntilOutboxIsEmptyAsync();
        foreach (var key in keys)
        {
            _broker.Of(key).ShouldBe(Enumerable.Range(1, 8));
        }
    }

    [Fact]
    public async Task Dispatch_OneIsRefused_HoldsTheOthersUpForOneRetryAtMost()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StartAsync(database);
        _broker.Refused = 1;

        await AnnounceAsync(host, 1);
        await AnnounceAsync(host, 2);

        await ArriveAsync(3);
        _broker.Of(_key).ShouldBe([2, 3, 4]);
        _broker.Refused = null;
        await host.QueryAsync(context => context.Set<OutboxMessage>().ExecuteUpdateAsync(
            set => set.SetProperty(row => row.ParkedAt, (DateTime?)null).SetProperty(row => row.Attempts, 0)));
        await ArriveAsync(4);
    }

    /// <summary>So that nobody but who has written a message sends it, for as long as a test takes.</summary>
    private Task<CounterHost> StartWithoutDispatcherAsync(ITestDatabase database, TimeProvider? clock = null)
    {
        return StartAsync(database, dispatches: false, leaseSeconds: 30, clock);
    }

    private Task<CounterHost> StartAsync(
        ITestDatabase database,
        bool dispatches = true,
        int leaseSeconds = 1,
        TimeProvider? clock = null)
    {
        return CounterHost.StartAsync(database, new CounterHostSettings
        {
            Outbox = options =>
            {
                options.MessageDeliveryTimeout = TimeSpan.FromSeconds(leaseSeconds);
                options.Dispatches = dispatches;
            },
            Services = services =>
            {
                services.Replace(ServiceDescriptor.Singleton<IDirectSender>(_broker));
                services.Replace(ServiceDescriptor.Singleton<IOutboxTransport>(_broker));
                if (clock is not null)
                {
                    services.Replace(ServiceDescriptor.Singleton(clock));
                }
            },
        });
    }

    /// <summary>Sends an announcement, and waits until its delivery is committed.</summary>
    private async Task AnnounceAsync(CounterHost host, int number, Guid? key = null)
    {
        var messageId = Guid.NewGuid();
        await host.SendAsync(new Announce(key ?? _key, number), messageId);
        await Eventually.HoldsAsync(
            () => host.QueryAsync(context => context.Set<InboxState>().AnyAsync(row => row.MessageId == messageId)),
            "the delivery to be committed");
    }

    /// <summary>Moves the clock on, little by little.</summary>
    private static Task AdvanceUntilAsync(FakeClock clock, Func<Task<bool>> condition)
    {
        return Eventually.HoldsAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(20));
                return condition();
            },
            "what the clock brings");
    }

    private static Task AdvanceUntilAsync(FakeClock clock, Func<bool> condition)
    {
        return AdvanceUntilAsync(clock, () => Task.FromResult(condition()));
    }

    private Task ArriveAsync(int count)
    {
        return Eventually.HoldsAsync(() => _broker.Of(_key).Count >= count, $"{count} messages to arrive");
    }
}
