using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>What a saga repository must do, whatever the database.</summary>
public abstract class SagaRepositoryContract
{
    public static TheoryData<ConcurrencyMode, bool> Modes => new()
    {
        { ConcurrencyMode.Pessimistic, true },
        { ConcurrencyMode.Pessimistic, false },
        { ConcurrencyMode.Optimistic, true },
        { ConcurrencyMode.Optimistic, false },
    };

    protected virtual bool SharesTransactions => false;

    protected abstract Task<ITestDatabase> CreateDatabaseAsync();

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Send_NewAndExistingSaga_InsertsAndUpdatesEveryColumn(ConcurrencyMode mode, bool outbox)
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StartAsync(database, mode, outbox);
        var id = Guid.NewGuid();

        await host.SendAsync(new CountUp(id, "first"));
        await host.UntilCountIsAsync(id, 1);
        var first = (await host.FindAsync(id))!;
        await host.SendAsync(new CountUp(id, "second"));
        await host.UntilCountIsAsync(id, 2);
        var second = (await host.FindAsync(id))!;

        first.ShouldSatisfyAllConditions(
            () => first.Label.ShouldBe("first"),
            () => first.Colour.ShouldBe(CounterColour.Green),
            () => first.Shade.ShouldBeNull(),
            () => first.CurrentState.ShouldBe("Counting"),
            () => first.Version.ShouldBe(1));
        second.ShouldSatisfyAllConditions(
            () => second.Label.ShouldBe("second"),
            () => second.Colour.ShouldBe(CounterColour.Red),
            () => second.Shade.ShouldBe(CounterColour.Green),
            () => second.IsOdd.ShouldBeFalse(),
            () => second.Amount.ShouldBe(3m),
            () => second.TouchedAt.ShouldBe(new DateTime(2026, 1, 2, 3, 4, 5, 0, 2, DateTimeKind.Utc)),
            () => second.LastMessage.ShouldNotBe(first.LastMessage),
            () => second.Version.ShouldBe(2));
    }

    [Proves("worker-two-on-one-saga")]
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Send_ManyDeliveriesForOneSagaAtOnce_LosesNone(ConcurrencyMode mode, bool outbox)
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StartAsync(database, mode, outbox);
        var id = Guid.NewGuid();
        await host.SendAsync(new CountUp(id));
        await host.UntilCountIsAsync(id, 1);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => host.SendAsync(new CountSlowly(id))));

        await host.UntilCountIsAsync(id, 11);
        if (mode == ConcurrencyMode.Pessimistic)
        {
            host.Services.GetRequiredService<CounterPause>().AtOnce.ShouldBe(1);
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Send_ManyDeliveriesForANewSagaAtOnce_InsertsOnceAndLosesNone(ConcurrencyMode mode, bool outbox)
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StartAsync(database, mode, outbox);
        var id = Guid.NewGuid();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => host.SendAsync(new CountUp(id))));

        await host.UntilCountIsAsync(id, 10);
    }

    [Theory]
    [InlineData(typeof(DbUpdateConcurrencyException))]
    [InlineData(typeof(DbUpdateException))]
    [InlineData(typeof(ConcurrencyException))]
    public async Task Send_ConflictsAndARetryFilter_LosesNone(Type retried)
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await CounterHost.StartAsync(
            database,
            new CounterHostSettings
            {
                ConcurrencyMode = ConcurrencyMode.Optimistic,
                DetectsDuplicates = false,
                SharesTransactions = SharesTransactions,
                Retried = retried,
            });
        var id = Guid.NewGuid();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => host.SendAsync(new CountUp(id))));
        await host.UntilCountIsAsync(id, 10);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => host.SendAsync(new CountSlowly(id))));

        await host.UntilCountIsAsync(id, 20);
        host.Received.Faults.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Send_SagaInsertedBeforeItsFirstEvent_IsInsertedOnce(ConcurrencyMode mode, bool outbox)
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StartAsync(database, mode, outbox);
        var id = Guid.NewGuid();

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => host.SendAsync(new CountFirst(id))));

        await host.UntilCountIsAsync(id, 5);
    }

    [Fact]
    public async Task Send_MachineFails_LeavesTheSagaAndSendsNothing()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StartAsync(database, ConcurrencyMode.Pessimistic, outbox: true);
        var id = Guid.NewGuid();
        await host.SendAsync(new CountUp(id, "kept"));
        await host.UntilCountIsAsync(id, 1);

        await host.SendAsync(new CountAndFail(id));

        await Eventually.HoldsAsync(() => !host.Received.Faults.IsEmpty, "the fault to be published");
        await host.UntilOutboxIsEmptyAsync();
        (await host.FindAsync(id))!.Label.ShouldBe("kept");
        host.Received.Counted.ShouldBe([new Counted(id, 1)]);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Send_SagaFinalized_DeletesIt(ConcurrencyMode mode, bool outbox)
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StartAsync(database, mode, outbox);
        var id = Guid.NewGuid();
        await host.SendAsync(new CountUp(id));
        await host.UntilCountIsAsync(id, 1);

        await host.SendAsync(new StopCounting(id));

        await Eventually.HoldsAsync(async () => await host.FindAsync(id) is null, "the saga to be gone");
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task SendQuery_SeveralSagasMatch_ChangesThoseAlone(ConcurrencyMode mode, bool outbox)
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StartAsync(database, mode, outbox);
        var ids = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToArray();
        await Task.WhenAll(ids.Select((id, i) => host.SendAsync(new CountUp(id, i == 2 ? "other" : "old"))));
        await Task.WhenAll(ids.Select(id => host.UntilCountIsAsync(id, 1)));

        await host.SendAsync(new RelabelAll("old", "new"));

        await Eventually.HoldsAsync(
            async () => (await host.FindAsync(ids[0]))!.Label == "new"
                && (await host.FindAsync(ids[1]))!.Label == "new",
            "both to be relabelled");
        (await host.FindAsync(ids[2]))!.Label.ShouldBe("other");
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Send_SagaWithOwnedRows_IsTrackedAndLosesNone(ConcurrencyMode mode, bool outbox)
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StartAsync(database, mode, outbox);
        var id = Guid.NewGuid();
        await host.SendAsync(new FillBasket(id, "bread"));
        await Eventually.HoldsAsync(async () => await CountItemsAsync(host, id) == 1, "the first item");

        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => host.SendAsync(new FillBasket(id, $"apple {i}"))));

        await Eventually.HoldsAsync(async () => await CountItemsAsync(host, id) == 6, "all the items");
        host.Received.Faults.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Send_ContextTracksNothingByDefault_SavesTheSagaAllTheSame(ConcurrencyMode mode, bool outbox)
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StartAsync(
            database, mode, outbox, options => options.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking));
        var id = Guid.NewGuid();
        await host.SendAsync(new FillBasket(id, "bread"));
        await Eventually.HoldsAsync(async () => await CountItemsAsync(host, id) == 1, "the first item");

        await host.SendAsync(new FillBasket(id, "butter"));

        await Eventually.HoldsAsync(async () => await CountItemsAsync(host, id) == 2, "the second item");
        host.Received.Faults.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Send_PrimaryKeyIsNotTheId_InsertsAndUpdatesByTheId(ConcurrencyMode mode, bool outbox)
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StartAsync(database, mode, outbox);
        Guid[] ids = [Guid.NewGuid(), Guid.NewGuid()];

        foreach (var id in ids.Concat(ids))
        {
            await host.SendAsync(new StampTicket(id));
        }

        await Eventually.HoldsAsync(
            async () => await host.QueryAsync(context => context.Set<Ticket>().CountAsync(x => x.Count == 2)) == 2,
            "both to be stamped twice");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_AnotherUniqueIndexIsViolated_IsNotTakenForASagaThatExists(bool insertsFirst)
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StartAsync(database, ConcurrencyMode.Pessimistic, outbox: true);
        Task SendAsync() => insertsFirst
            ? host.SendAsync(new CountFirst(Guid.NewGuid(), "4711"))
            : host.SendAsync(new CountNumbered(Guid.NewGuid(), "4711"));
        await SendAsync();
        await Eventually.HoldsAsync(
            async () => await host.QueryAsync(context => context.Set<Counter>().CountAsync()) == 1, "the first counter");

        await SendAsync();

        await Eventually.HoldsAsync(() => !host.Received.Faults.IsEmpty, "the fault to be published");
        host.Received.Faults.ShouldAllBe(x => x.Contains("unique", StringComparison.OrdinalIgnoreCase));
        host.Received.FaultTypes.ShouldAllBe(x => x.Type == typeof(DbUpdateException).FullName
            && (x.Cause == "Npgsql.PostgresException" || x.Cause == "Microsoft.Data.Sqlite.SqliteException"));
        (await host.QueryAsync(context => context.Set<Counter>().CountAsync())).ShouldBe(1);
    }

    /// <summary>As EF reports it, whoever writes the row: what a filter or a handler of the application's own waits for.</summary>
    [Fact]
    public async Task Send_RowIsNotAccepted_IsRetriedByAFilterForEntityFrameworksException()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await CounterHost.StartAsync(database, new CounterHostSettings
        {
            Retried = typeof(DbUpdateException),
            IsPatient = true,
            SharesTransactions = SharesTransactions,
        });
        var first = Guid.NewGuid();
        await host.SendAsync(new CountNumbered(first, "4711"));
        await Eventually.HoldsAsync(async () => await host.FindAsync(first) is not null, "the first counter");

        var second = Guid.NewGuid();
        await host.SendAsync(new CountNumbered(second, "4711"));
        await host.SendAsync(new StopCounting(first));

        await Eventually.HoldsAsync(async () => await host.FindAsync(second) is not null, "the second to take its place");
        host.Received.Faults.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Send_NewSagaWithARowThatRefersToIt_InsertsBoth(ConcurrencyMode mode, bool outbox)
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StartAsync(database, mode, outbox);
        var id = Guid.NewGuid();

        await host.SendAsync(new WriteLine(id, "first"));

        await Eventually.HoldsAsync(
            async () => await host.QueryAsync(context => context.Set<InvoiceLine>().CountAsync(x => x.InvoiceId == id)) == 1,
            "the line of the new invoice");
        (await host.QueryAsync(context => context.Set<Invoice>().CountAsync())).ShouldBe(1);
    }

    [Fact]
    public async Task LoadAndFind_OutsideOfADelivery_ReadTheSaga()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StartAsync(database, ConcurrencyMode.Pessimistic, outbox: true);
        var id = Guid.NewGuid();
        await host.SendAsync(new CountUp(id, "here"));
        await host.UntilCountIsAsync(id, 1);

        var loaded = await host.Services.GetRequiredService<ILoadSagaRepository<Counter>>().Load(id);
        var found = await host.Services.GetRequiredService<IQuerySagaRepository<Counter>>()
            .Find(new MassTransit.Saga.SagaQuery<Counter>(counter => counter.Label == "here"));

        loaded.Label.ShouldBe("here");
        found.ShouldBe([id]);
    }

    private static Task<int> CountItemsAsync(CounterHost host, Guid id)
    {
        return host.QueryAsync(async context =>
            (await context.Set<Basket>().FirstOrDefaultAsync(basket => basket.CorrelationId == id))?.Items.Count ?? 0);
    }

    private Task<CounterHost> StartAsync(
        ITestDatabase database, ConcurrencyMode mode, bool outbox, Action<DbContextOptionsBuilder>? context = null)
    {
        return CounterHost.StartAsync(
            database,
            new CounterHostSettings
            {
                ConcurrencyMode = mode,
                UsesOutbox = outbox,
                DetectsDuplicates = false,
                SharesTransactions = SharesTransactions,
                Context = context,
            });
    }
}
