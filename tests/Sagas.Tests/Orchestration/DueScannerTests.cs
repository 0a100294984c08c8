using System.Collections.Concurrent;
using System.Reflection;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Orchestration.Timers;
using Sagas.Orchestration.Transport;
using Sagas.Persistence.Store;
using Sagas.Tests.Persistence.Contract;
using Sagas.Tests.Persistence.Sqlite;

namespace Sagas.Tests.Orchestration;

/// <summary>How many due sagas wait in the worker's queue.</summary>
public sealed class DueScannerTests
{
    private const int BatchSize = 10;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_MoreAreDueThanMayWait_TheOthersFollowWhenThoseAreLookedAt()
    {
        await using var database = new SqliteTestDatabase();
        var told = new ConcurrentQueue<Guid>();
        await using var host = await StoreHost.CreateAsync(database, services => AddScanner(
            services, TimeSpan.FromMinutes(5), telling => told.Enqueue(telling.Message.SagaId)));
        await host.AddAsync(
            [.. Enumerable.Range(1, 4 * BatchSize).Select(i => TestSaga.Create(host.Now.AddSeconds(-i)))]);
        var bus = host.Services.GetRequiredService<IBusControl>();
        await bus.StartAsync(Ct);
        using var scanner = ActivatorUtilities.CreateInstance<DueScanner>(host.Services);
        await scanner.StartAsync(Ct);

        for (var batch = 1; batch <= 4; batch++)
        {
            var expected = batch * BatchSize;
            await Eventually.HoldsAsync($"batch {batch}", () => Task.FromResult(told.Count >= expected), Ct);
            await TurnAsync(scanner, times: 3);
            told.Distinct().Count().ShouldBe(expected);

            // As a delivery does.
            await host.QueryAsync(context => context.Sagas
                .Where(saga => told.Contains(saga.CorrelationId))
                .ExecuteUpdateAsync(
                    set => set.SetProperty(saga => saga.DueAt, (DateTime?)null)
                        .SetProperty(saga => saga.DueClaimedUntil, (DateTime?)null),
                    Ct));
        }

        await scanner.StopAsync(Ct);
        await bus.StopAsync(Ct);
        told.Count.ShouldBe(4 * BatchSize);
    }

    [Fact]
    public async Task Scan_TurnDoesNotComeWithinTheLease_ClaimsForLongerUntilItDoes()
    {
        await using var database = new SqliteTestDatabase();
        var told = new ConcurrentQueue<ConsumeContext<SagaDue>>();
        await using var host = await StoreHost.CreateAsync(
            database,
            services => AddScanner(services, TimeSpan.FromMilliseconds(50), telling => told.Enqueue(telling)));
        await host.AddAsync(TestSaga.Create(host.Now.AddSeconds(-1)));
        var bus = host.Services.GetRequiredService<IBusControl>();
        await bus.StartAsync(Ct);
        using var scanner = ActivatorUtilities.CreateInstance<DueScanner>(host.Services);
        await scanner.StartAsync(Ct);

        await Eventually.HoldsAsync("it to be told of again and again", () => Task.FromResult(told.Count >= 4), Ct);

        await scanner.StopAsync(Ct);
        await bus.StopAsync(Ct);
        TimeSpan[] leases = [.. told.Take(4).Select(telling => telling.ExpirationTime!.Value - telling.SentTime!.Value)];
        for (var i = 0; i < leases.Length; i++)
        {
            leases[i].ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(50) * (1 << i), $"telling {i}");
        }
    }

    [Proves("worker-undecided-saga")]
    [Fact]
    public async Task Scan_MoreAreUndecidedThanMayWait_TellsOfTheOthersAndClaimsForNoLonger()
    {
        await using var database = new SqliteTestDatabase();
        var lease = TimeSpan.FromSeconds(30);
        var told = new ConcurrentQueue<ConsumeContext<SagaDue>>();
        var undecided = new HashSet<Guid>();
        StoreHost host = null!;
        host = await StoreHost.CreateAsync(database, services => AddScanner(services, lease, telling =>
        {
            told.Enqueue(telling);
            var id = telling.Message.SagaId;

            // As a delivery does that can decide, and as one that cannot.
            Task handled = undecided.Contains(id)
                ? host.Services.GetRequiredService<UndecidedSagas>().NoteAsync(id, "No.", null, Ct)
                : host.QueryAsync(context => context.Sagas.Where(saga => saga.CorrelationId == id).ExecuteUpdateAsync(
                    set => set.SetProperty(saga => saga.DueAt, (DateTime?)null)
                        .SetProperty(saga => saga.DueClaimedUntil, (DateTime?)null),
                    Ct));
            return handled;
        }));
        await using var disposable = host;
        SagaState[] sagas =
            [.. Enumerable.Range(1, 3 * BatchSize).Select(i => TestSaga.Create(host.Now.AddMinutes(-i)))];
        undecided.UnionWith(sagas.Select(saga => saga.CorrelationId));
        var healthy = TestSaga.Create(host.Now.AddSeconds(-1));
        await host.AddAsync([.. sagas, healthy]);
        var bus = host.Services.GetRequiredService<IBusControl>();
        await bus.StartAsync(Ct);
        using var scanner = ActivatorUtilities.CreateInstance<DueScanner>(host.Services);
        await scanner.StartAsync(Ct);

        await Eventually.HoldsAsync(
            "the one that can be decided",
            () => Task.FromResult(told.Any(telling => telling.Message.SagaId == healthy.CorrelationId)),
            Ct);
        await Eventually.HoldsAsync(
            "each of the others to be looked at again",
            () => Task.FromResult(told.CountBy(telling => telling.Message.SagaId).Count(one => one.Value >= 2) >= undecided.Count),
            Ct);

        await scanner.StopAsync(Ct);
        await bus.StopAsync(Ct);
        told.ShouldAllBe(telling => telling.ExpirationTime!.Value - telling.SentTime!.Value < 1.5 * lease);
    }

    /// <summary>As it may when the database is being asked.</summary>
    [Fact]
    public Task Stop_InTheMiddleOfALookThatFails_EndsInSilence() => EndsAsync(
        scanner =>
        {
            _ = scanner.StopAsync(CancellationToken.None);
            throw new InvalidOperationException("In the middle of it.");
        });

    [Fact]
    public Task Dispose_WithoutAStop_EndsInSilence() =>
        EndsAsync(_ => throw new ObjectDisposedException(nameof(IServiceProvider)));

    private static void AddScanner(
        IServiceCollection services, TimeSpan lease, Action<ConsumeContext<SagaDue>> onTold) =>
        AddScanner(services, lease, context =>
        {
            onTold(context);
            return Task.CompletedTask;
        });

    private static void AddScanner(
        IServiceCollection services, TimeSpan lease, Func<ConsumeContext<SagaDue>, Task> onTold)
    {
        services.Configure<TimerOptions>(options =>
        {
            options.BatchSize = BatchSize;
            options.PollInterval = TimeSpan.FromMilliseconds(20);
            options.ClaimLease = lease;
        });
        services.AddMassTransit(bus => bus.UsingInMemory((_, factory) =>
            factory.ReceiveEndpoint(SagaAddresses.Queue, endpoint => endpoint.Handler<SagaDue>(onTold.Invoke))));
    }

    /// <summary>Runs a scanner of which each look comes to this, until it ends.</summary>
    private static async Task EndsAsync(Action<DueScanner> look)
    {
        await using var database = new SqliteTestDatabase();
        await using var host = await StoreHost.CreateAsync(
            database, services => AddScanner(services, TimeSpan.FromMinutes(5), _ => { }));
        var bus = DispatchProxy.Create<IBusControl, FailingBus>();
        using var scanner = ActivatorUtilities.CreateInstance<DueScanner>(host.Services, bus);
        ((FailingBus)bus).OnCall = () => look(scanner);

        await scanner.StartAsync(Ct);

        await scanner.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(20), Ct);
    }

    /// <summary>Waits until the scanner has looked so many times more.</summary>
    private static async Task TurnAsync(DueScanner scanner, int times)
    {
        for (var turn = 0; turn < times; turn++)
        {
            var before = scanner.Pulse.Silence;
            await Eventually.HoldsAsync(
                "the scanner to turn",
                () =>
                {
                    var silence = scanner.Pulse.Silence;
                    var hasTurned = silence < before;
                    before = silence;
                    return Task.FromResult(hasTurned);
                },
                Ct);
        }
    }

    public class FailingBus : DispatchProxy
    {
        internal Action OnCall { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            OnCall();
            return null;
        }
    }
}
