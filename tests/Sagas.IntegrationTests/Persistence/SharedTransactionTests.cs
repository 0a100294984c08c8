using Microsoft.EntityFrameworkCore;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Persistence;

/// <summary>Deliveries that share a transaction do each other no harm.</summary>
public sealed class SharedTransactionTests(PostgresServer server)
{
    private const int Counters = 30;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("worker-one-of-a-batch-fails")]
    [Fact]
    public async Task Consume_OneFailsByItself_TheOthersAreCommitted()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var host = await StartAsync(database);
        var ids = await CountOnceAsync(host);

        await Task.WhenAll(ids.Select((id, i) => i == 7 ? host.SendAsync(new CountAndFail(id)) : CountAsync(host, id)));

        await Eventually.HoldsAsync(() => !host.Received.Faults.IsEmpty, "the fault to be published");
        await UntilAllButOneAreCountedAsync(host, ids[7]);
        host.Received.Faults.Count.ShouldBe(1);
        host.Received.Counted.Count(counted => counted.CounterId == ids[7]).ShouldBe(1);
    }

    /// <summary>What one writes is refused by the database, and with it the whole transaction.</summary>
    [Proves("worker-one-of-a-batch-fails")]
    [Fact]
    public async Task Consume_OneCannotBeWritten_TheOthersAreCommittedAndItAloneIsRefused()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var host = await StartAsync(database);
        var ids = await CountOnceAsync(host);

        await Task.WhenAll(ids.Select((id, i) => CountAsync(host, id, i == 7 ? "no text here: \0" : "counted")));

        await UntilAllButOneAreCountedAsync(host, ids[7]);
        (await host.FindAsync(ids[7]))!.Label.ShouldBe("");
        host.Received.Counted.Count(counted => counted.CounterId == ids[7]).ShouldBe(1);
    }

    [Fact]
    public async Task Consume_SomeNeedATransactionOfTheirOwn_AllAreCommitted()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var host = await StartAsync(database);
        var ids = await CountOnceAsync(host);

        await Task.WhenAll(ids.SelectMany(id => (Task[])
        [
            CountAsync(host, id),
            host.SendAsync(new TakeNote(id, "noted")),
            host.SendAsync(new FillBasket(id, "filled")),
        ]));

        await Eventually.HoldsAsync(
            () => host.QueryAsync(async context =>
                await context.Set<Note>().CountAsync(Ct) == Counters
                && await context.Set<Basket>().CountAsync(Ct) == Counters
                && await context.Set<Counter>().CountAsync(counter => counter.Count == 2, Ct) == Counters),
            "everything to be counted, noted and filled");
        host.Received.Faults.ShouldBeEmpty();
    }

    /// <summary>Each shares its transactions with those of others, whatever order they come in.</summary>
    [Fact]
    public async Task Consume_ManyForEachSagaInTwoProcesses_LosesNoneAndKeepsTheVersions()
    {
        const int Times = 10;
        await using var database = await server.CreateDatabaseAsync();
        await using var one = await StartAsync(database);
        await using var other = await StartAsync(database);
        var ids = await CountOnceAsync(one);

        await Task.WhenAll(Enumerable.Range(0, Times).SelectMany(time => ids.Select(id =>
            CountAsync(time % 2 == 0 ? one : other, id))));

        await Eventually.HoldsAsync(
            () => one.QueryAsync(async context => await context.Set<Counter>()
                .CountAsync(counter => counter.Count == Times + 1 && counter.Version == Times + 1, Ct) == Counters),
            "every delivery to be counted",
            60);
    }

    private static Task<CounterHost> StartAsync(ITestDatabase database)
    {
        return CounterHost.StartAsync(
            database, new CounterHostSettings { DetectsDuplicates = false, SharesTransactions = true });
    }

    private static Task CountAsync(CounterHost host, Guid id, string label = "")
    {
        return host.SendAsync(new CountUp(id, label));
    }

    private static async Task<Guid[]> CountOnceAsync(CounterHost host)
    {
        var ids = Enumerable.Range(0, Counters).Select(_ => Guid.NewGuid()).ToArray();
        await Task.WhenAll(ids.Select(id => CountAsync(host, id)));
        await Eventually.HoldsAsync(() => host.Received.Counted.Count == Counters, "every counter to be there");
        return ids;
    }

    private static Task UntilAllButOneAreCountedAsync(CounterHost host, Guid one)
    {
        return Eventually.HoldsAsync(
            () => host.QueryAsync(async context => await context.Set<Counter>()
                .CountAsync(counter => counter.Count == (counter.CorrelationId == one ? 1 : 2), Ct) == Counters),
            "all the others to be counted");
    }
}
