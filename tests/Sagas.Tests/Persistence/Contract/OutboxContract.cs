using System.Collections.Concurrent;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Sagas.Persistence;
using Sagas.Persistence.Inbox;
using Sagas.Persistence.Outbox;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>What the inbox and the outbox must do, whatever the database.</summary>
public abstract class OutboxContract
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<ITestDatabase> CreateDatabaseAsync();

    [Fact]
    public async Task Consume_Succeeds_WritesEverythingAndSendsInOrder()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await CounterHost.StartAsync(database);
        var id = Guid.NewGuid();

        await host.SendAsync(new TakeNote(id, "hello", Copies: 3));

        await Eventually.HoldsAsync(() => host.Received.Counted.Count == 2, "both messages to arrive");
        host.Received.Counted.Select(message => message.Count).ShouldBe([1, 3]);
        host.Received.Contexts.First().Headers.Get<string>("x-note").ShouldBe("hello");
        (await host.QueryAsync(context => context.Set<Note>().Select(note => note.Text).ToListAsync()))
            .ShouldBe(["hello"]);
        var rows = await host.QueryAsync(context => context.Set<StepBarrier>().OrderBy(row => row.Step).ToListAsync());
        rows.Select(row => row.Step).ShouldBe(["hello 1", "hello 2", "hello 3"]);
        rows[0].CreatedAt.ShouldBe(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        rows[0].CreatedAt.Kind.ShouldBe(DateTimeKind.Utc);
        await host.UntilOutboxIsEmptyAsync();
    }

    [Proves("database-delivery-fails")]
    [Fact]
    public async Task Consume_Fails_WritesNothingAndSendsNothing()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await CounterHost.StartAsync(database);

        await host.SendAsync(new TakeNote(Guid.NewGuid(), "hello", Fails: true));

        await Eventually.HoldsAsync(() => !host.Received.Faults.IsEmpty, "the fault to be published");
        (await host.QueryAsync(context => context.Set<Note>().CountAsync())).ShouldBe(0);
        (await host.QueryAsync(context => context.Set<StepBarrier>().CountAsync())).ShouldBe(0);
        (await host.QueryAsync(context => context.Set<OutboxMessage>().CountAsync())).ShouldBe(0);
        (await host.QueryAsync(context => context.Set<InboxState>().CountAsync())).ShouldBe(0);
        host.Received.Counted.ShouldBeEmpty();
    }

    [Proves("message-twice")]
    [Fact]
    public async Task Consume_SameMessageTwice_ConsumesItOnce()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await CounterHost.StartAsync(database);
        var messageId = Guid.NewGuid();

        await Task.WhenAll(Enumerable.Range(0, 5)
            .Select(_ => host.SendAsync(new TakeNote(Guid.NewGuid(), "once"), messageId)));
        await host.SendAsync(new TakeNote(Guid.NewGuid(), "last"));

        await Eventually.HoldsAsync(
            async () => await host.QueryAsync(context => context.Set<Note>().AnyAsync(note => note.Text == "last")),
            "the last message to be consumed");
        (await host.QueryAsync(context => context.Set<Note>().CountAsync(note => note.Text == "once"))).ShouldBe(1);
        host.Received.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Consume_DetectionSwitchedOff_LeavesTheInboxAlone()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await CounterHost.StartAsync(
            database, new CounterHostSettings { DetectsDuplicates = false });

        await host.SendAsync(new TakeNote(Guid.NewGuid(), "note"));

        await Eventually.HoldsAsync(() => host.Received.Counted.Count == 2, "both messages to arrive");
        (await host.QueryAsync(context => context.Set<InboxState>().CountAsync())).ShouldBe(0);
    }

    [Proves("worker-dies-before-sending")]
    [Fact]
    public async Task Consume_ProcessDiesBetweenCommitAndSend_TheNextOneSends()
    {
        await using var database = await CreateDatabaseAsync();
        var id = Guid.NewGuid();
        await using (var dying = await CounterHost.StartAsync(database, Dying()))
        {
            await dying.SendAsync(new TakeNote(id, "left behind"));
            await Eventually.HoldsAsync(
                async () => await dying.QueryAsync(context => context.Set<OutboxMessage>().CountAsync()) == 2,
                "the messages to be committed");
            dying.Received.Counted.ShouldBeEmpty();
        }

        await using var host = await CounterHost.StartAsync(database);

        await Eventually.HoldsAsync(() => host.Received.Counted.Count == 2, "the dispatcher to send");
        host.Received.Contexts.Any(context => context.Headers.Get<string>("x-note") == "left behind").ShouldBeTrue();
        await host.UntilOutboxIsEmptyAsync();
    }

    /// <summary>The time that a process has for its messages is much longer than the test waits.</summary>
    [Proves("broker-channel-closed")]
    [Fact]
    public async Task Consume_BrokerConfirmsNothing_TheDispatcherSendsAtOnce()
    {
        await using var database = await CreateDatabaseAsync();
        var transport = new RefusingTransport("nowhere");
        await using var host = await CounterHost.StartAsync(database, new CounterHostSettings
        {
            Outbox = options => options.MessageDeliveryTimeout = TimeSpan.FromMinutes(5),
            Services = services =>
            {
                services.Replace(ServiceDescriptor.Singleton<IDirectSender, FailingSender>());
                services.Replace(ServiceDescriptor.Singleton<IOutboxTransport>(transport));
            },
        });

        await host.SendAsync(new TakeNote(Guid.NewGuid(), "not confirmed"));

        await Eventually.HoldsAsync(() => transport.Sent.Count == 2, "the dispatcher to send");
        await host.UntilOutboxIsEmptyAsync();
    }

    [Fact]
    public async Task MakeDue_DispatcherHasTried_LeavesTheRowToIt()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await CounterHost.StartAsync(database, Dying());
        await host.SendAsync(new TakeNote(Guid.NewGuid(), "left behind"));
        await Eventually.HoldsAsync(
            async () => await host.QueryAsync(context => context.Set<OutboxMessage>().CountAsync()) == 2,
            "the messages to be committed");
        var store = host.Services.GetRequiredService<OutboxStore<CounterDbContext>>();
        var lease = TimeSpan.FromMinutes(5);
        await host.QueryAsync(context => context.Set<OutboxMessage>().ExecuteUpdateAsync(
            set => set.SetProperty(row => row.NextTryAt, DateTime.UtcNow + lease)));
        var numbers = await host.QueryAsync(
            context => context.Set<OutboxMessage>().Select(row => row.SequenceNumber).OrderBy(x => x).ToListAsync());

        await store.MakeDueAsync([numbers[0]], Ct);
        var due = await store.ClaimAsync(10, lease, lease, Ct);
        await store.MakeDueAsync([numbers[0]], Ct);
        var dueAgain = await store.ClaimAsync(10, lease, lease, Ct);

        due.Select(row => row.SequenceNumber).ShouldBe([numbers[0]]);
        dueAgain.ShouldBeEmpty();
    }

    [Proves("broker-refuses-one-message")]
    [Fact]
    public async Task Dispatch_MessageThatCannotBeSent_IsParkedAndHoldsUpNothing()
    {
        await using var database = await CreateDatabaseAsync();
        var transport = new RefusingTransport("nowhere");
        await using var host = await CounterHost.StartAsync(database, Dying(transport));

        var parked = await ParkAsync(host);
        await Eventually.HoldsAsync(
            async () => await host.QueryAsync(context => context.Set<OutboxMessage>().CountAsync()) == 1,
            "the others to be sent");
        parked.Attempts.ShouldBe(3);
        parked.LastError.ShouldNotBeNull().ShouldContain("refused");
        transport.Sent.Count.ShouldBe(2);
    }

    /// <summary>Each of the broker's objections takes the channel along, and another try may come upon that.</summary>
    [Fact]
    public async Task Dispatch_LaterTriesFindNothingButTheChannelGone_IsParkedWithWhatTheBrokerSaid()
    {
        await using var database = await CreateDatabaseAsync();
        var tries = 0;
        var transport = new RefusingTransport("nowhere")
        {
            Refusal = () => Interlocked.Increment(ref tries) == 1
                ? Unconfirmed(BrokerObjection.Mismatch)
                : Unconfirmed(BrokerObjection.ChannelGone),
        };
        await using var host = await CounterHost.StartAsync(database, Dying(transport));

        var parked = await ParkAsync(host);
        tries.ShouldBeGreaterThan(1);
        parked.LastError.ShouldNotBeNull().ShouldContain("inequivalent arg 'type'");
    }

    [Proves("broker-away-from-dispatcher")]
    [Fact]
    public async Task Dispatch_BrokerAway_CountsNoAttemptAndSendsWhenItIsBack()
    {
        await using var database = await CreateDatabaseAsync();
        var transport = new RefusingTransport("nowhere") { Failure = new ConnectionException("The broker is away.") };
        await using var host = await CounterHost.StartAsync(database, Dying(transport));
        await host.SendAsync(new TakeNote(Guid.NewGuid(), "waits"));
        await Eventually.HoldsAsync(() => transport.Tries > 20, "many attempts");

        var waiting = await host.QueryAsync(context => context.Set<OutboxMessage>().ToListAsync());
        transport.Failure = null;

        waiting.ShouldAllBe(row => row.ParkedAt == null && row.Attempts <= 1);
        waiting.Count.ShouldBe(2);
        await host.UntilOutboxIsEmptyAsync();
        transport.Sent.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Dispatch_SeveralDispatchers_SendEachMessageOnce()
    {
        await using var database = await CreateDatabaseAsync();
        var transport = new RefusingTransport("nowhere");
        await using var first = await CounterHost.StartAsync(database, Dying(transport));
        await using var second = await CounterHost.StartAsync(database, Dying(transport));
        await using var third = await CounterHost.StartAsync(database, Dying(transport));

        await Task.WhenAll(Enumerable.Range(0, 50)
            .Select(i => first.SendAsync(new TakeNote(Guid.NewGuid(), $"note {i}"))));

        await Eventually.HoldsAsync(() => transport.Sent.Count >= 100, "every message to be sent");
        await first.UntilOutboxIsEmptyAsync();
        transport.Sent.Count.ShouldBe(100);
        transport.Sent.Distinct().Count().ShouldBe(100);
    }

    [Fact]
    public async Task BusOutbox_SaveChanges_SendsAfterItAndNotWithoutIt()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await CounterHost.StartAsync(database, new CounterHostSettings { UsesBusOutbox = true });
        var id = Guid.NewGuid();

        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new Counted(id, 7), Ct);
        }

        await using (var scope = host.Services.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<CounterDbContext>();
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new Counted(id, 8), Ct);
            context.Add(new Note { Text = "saved" });
            await context.SaveChangesAsync(Ct);
        }

        await Eventually.HoldsAsync(() => !host.Received.Counted.IsEmpty, "the message to arrive");
        await host.UntilOutboxIsEmptyAsync();
        host.Received.Counted.ShouldBe([new Counted(id, 8)]);
    }

    [Fact]
    public async Task Stop_JustSent_LeavesTheOutboxEmpty()
    {
        await using var database = await CreateDatabaseAsync();
        await using (var host = await CounterHost.StartAsync(
            database, new CounterHostSettings { Outbox = options => options.CleanupDelay = TimeSpan.FromSeconds(1) }))
        {
            await host.SendAsync(new TakeNote(Guid.NewGuid(), "note"));
            await Eventually.HoldsAsync(() => host.Received.Counted.Count == 2, "both messages to arrive");
        }

        await using var next = await CounterHost.StartAsync(database, Dying(new RefusingTransport("nowhere")));
        (await next.QueryAsync(context => context.Set<OutboxMessage>().CountAsync())).ShouldBe(0);
    }

    [Fact]
    public async Task Consume_MessageWithADelay_IsSentWhenItsTimeHasCome()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await CounterHost.StartAsync(database);

        await host.SendAsync(new TakeNote(Guid.NewGuid(), "later", DelaySeconds: 3));

        await Eventually.HoldsAsync(() => !host.Received.Counted.IsEmpty, "the first message to arrive");
        var row = await host.QueryAsync(
            context => context.Set<OutboxMessage>().OrderBy(row => row.SequenceNumber).LastAsync(Ct));
        (row.NextTryAt - row.EnqueuedAt).ShouldBe(TimeSpan.FromSeconds(3));
        host.Received.Counted.Select(message => message.Count).ShouldBe([1]);
        await Eventually.HoldsAsync(() => host.Received.Counted.Count == 2, "the delayed message to arrive");
        await host.UntilOutboxIsEmptyAsync();
    }

    [Fact]
    public async Task Clean_OldInboxAndBarrierRows_DeletesThoseAlone()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await CounterHost.StartAsync(database);
        var now = DateTime.UtcNow;
        await host.QueryAsync(context =>
        {
            foreach (var age in new[] { 1, 29, 31, 60 * 24 * 31 })
            {
                context.Add(new InboxState
                {
                    MessageId = Guid.NewGuid(),
                    ConsumerId = Guid.NewGuid(),
                    Consumed = now.AddMinutes(-age),
                });
                context.Add(new StepBarrier
                {
                    SagaId = Guid.NewGuid(),
                    Step = "charge",
                    Direction = "Execute",
                    CreatedAt = now.AddMinutes(-age),
                });
            }

            return context.SaveChangesAsync(Ct);
        });

        var service = host.Services.GetServices<IHostedService>()
            .OfType<InboxCleanupService<CounterDbContext>>()
            .Single();
        await service.CleanAsync(Ct);

        (await host.QueryAsync(context => context.Set<InboxState>().CountAsync(Ct))).ShouldBe(2);
        (await host.QueryAsync(context => context.Set<StepBarrier>().CountAsync(Ct))).ShouldBe(3);
    }

    /// <summary>One is held by a row of a table that somebody else has added.</summary>
    [Proves("worker-row-not-deletable")]
    [Fact]
    public async Task Clean_ARowCannotBeDeleted_DeletesTheOthers()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await CounterHost.StartAsync(database);
        var old = DateTime.UtcNow.AddDays(-40);
        var held = Guid.NewGuid();
        await host.QueryAsync(async context =>
        {
            foreach (var id in Enumerable.Range(0, 5).Select(_ => Guid.NewGuid()).Append(held))
            {
                context.Add(new InboxState { MessageId = id, ConsumerId = Guid.Empty, Consumed = old });
            }

            context.Add(new StepBarrier
            {
                SagaId = Guid.NewGuid(),
                Step = "charge",
                Direction = "Execute",
                CreatedAt = old.AddDays(-365),
            });
            await context.SaveChangesAsync(Ct);
            var type = context.Database.ProviderName!.EndsWith("Sqlite", StringComparison.Ordinal) ? "TEXT" : "uuid";
            var create = $"""
                CREATE TABLE held_message (message_id {type}, consumer_id {type},
                    FOREIGN KEY (message_id, consumer_id) REFERENCES inbox_state (message_id, consumer_id))
                """;
            await context.Database.ExecuteSqlRawAsync(create, Ct);
            var insert = "INSERT INTO held_message SELECT message_id, consumer_id FROM inbox_state "
                + $"WHERE lower(CAST(message_id AS text)) = '{held}'";
            await context.Database.ExecuteSqlRawAsync(insert, Ct);
            return true;
        });

        await host.Services.GetServices<IHostedService>()
            .OfType<InboxCleanupService<CounterDbContext>>()
            .Single()
            .CleanAsync(Ct);

        (await host.QueryAsync(context => context.Set<InboxState>().Select(row => row.MessageId).ToListAsync(Ct)))
            .ShouldBe([held]);
        (await host.QueryAsync(context => context.Set<StepBarrier>().CountAsync(Ct))).ShouldBe(0);
    }

    /// <summary>Sends a message to a destination that takes none, and waits until it is parked.</summary>
    private static async Task<OutboxMessage> ParkAsync(CounterHost host)
    {
        await host.SendAsync(new TakeNote(Guid.NewGuid(), "parked", Destination: "exchange:nowhere"));
        await Eventually.HoldsAsync(
            async () => await host.QueryAsync(
                context => context.Set<OutboxMessage>().AnyAsync(row => row.ParkedAt != null)),
            "the message to be parked");
        return await host.QueryAsync(
            context => context.Set<OutboxMessage>().SingleAsync(row => row.ParkedAt != null));
    }

    private static TimeoutException Unconfirmed(Exception objection)
    {
        return new TimeoutException($"Not confirmed. {objection.Message}", objection);
    }

    /// <summary>A process that never sends directly, as if it died after each commit.</summary>
    private static CounterHostSettings Dying(IOutboxTransport? transport = null)
    {
        return new CounterHostSettings
        {
            Outbox = options => options.MessageDeliveryTimeout = TimeSpan.FromSeconds(1),
            Services = services =>
            {
                services.Replace(ServiceDescriptor.Singleton<IDirectSender, NoSender>());
                services.Replace(ServiceDescriptor.Singleton(transport ?? new RefusingTransport("")));
            },
        };
    }

    /// <summary>A broker that refuses one destination, or everything.</summary>
    private sealed class RefusingTransport(string destination) : IOutboxTransport
    {
        private int _tries;

        public ConcurrentQueue<Guid> Sent { get; } = new();

        public int Tries => _tries;

        public Exception? Failure { get; set; }

        public Func<Exception> Refusal { get; init; } = () => new InvalidOperationException("The broker refused it.");

        public bool IsAvailable => destination.Length > 0;

        public Task<bool> AnswersAsync(CancellationToken giveUp) => Task.FromResult(IsAvailable && Failure is null);

        public Task<Task> StartAsync(CapturedMessage message, CancellationToken cancellationToken) =>
            Task.FromResult(SendAsync(message, cancellationToken));

        public Task SendAsync(CapturedMessage message, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _tries);
            if (Failure is not null)
            {
                throw Failure;
            }

            if (message.Row.DestinationAddress.EndsWith($"/{destination}", StringComparison.Ordinal))
            {
                throw Refusal();
            }

            Sent.Enqueue(message.Row.MessageId);
            return Task.CompletedTask;
        }
    }
}
