using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Persistence;

/// <summary>Nothing else may use the server while these tests count.</summary>
[CollectionDefinition(nameof(DeliveryCostTests), DisableParallelization = true)]
public sealed class AloneOnTheServer;

/// <summary>What a delivery costs the database: round trips on the wire, and transactions that write.</summary>
[Collection(nameof(DeliveryCostTests))]
public sealed class DeliveryCostTests(PostgresServer server)
{
    private const int Deliveries = 100;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 3)]
    public async Task Consume_SagaExists_TakesFewRoundTripsAndOneCommit(bool detectsDuplicates, int roundTrips)
    {
        await using var database = await server.CreateDatabaseAsync();
        var direct = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var proxy = new CountingProxy(direct.Host!, direct.Port);
        var proxied = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Host = "127.0.0.1",
            Port = proxy.Port,
            SslMode = SslMode.Disable,
        };
        await using var host = await CounterHost.StartAsync(
            new Proxied(proxied.ConnectionString),
            new CounterHostSettings
            {
                DetectsDuplicates = detectsDuplicates,
                Outbox = options =>
                {
                    options.QueryDelay = TimeSpan.FromHours(1);
                    options.CleanupDelay = TimeSpan.FromSeconds(1);
                },
            });
        var ids = Enumerable.Range(0, Deliveries).Select(_ => Guid.NewGuid()).ToArray();
        await DeliverAsync(host, ids, total: Deliveries);
        await host.UntilOutboxIsEmptyAsync();
        var watch = Stopwatch.StartNew();
        var (tripsBefore, commitsBefore) = (proxy.RoundTrips, await CountCommitsAsync(database.ConnectionString));

        await DeliverAsync(host, ids, total: 2 * Deliveries);
        var trips = proxy.RoundTrips - tripsBefore;
        await host.UntilOutboxIsEmptyAsync();
        var commits = await CountCommitsAsync(database.ConnectionString) - commitsBefore;

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{(double)trips / Deliveries:0.00} round trips, {(double)commits / Deliveries:0.00} commits a delivery");
        // The deletion of the sent messages is counted, too: one a second, which many deliveries share.
        ((double)trips / Deliveries).ShouldBeInRange(roundTrips, roundTrips + 0.1);
        commits.ShouldBeInRange(Deliveries, (long)(Deliveries * 1.1 + watch.Elapsed.TotalSeconds));
        (await host.QueryAsync(context => context.Set<Counter>().CountAsync(counter => counter.Count == 2, Ct)))
            .ShouldBe(Deliveries);
    }

    [Fact]
    public async Task Consume_ManyAtOnce_ShareTransactions()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var host = await CounterHost.StartAsync(
            database,
            new CounterHostSettings
            {
                DetectsDuplicates = false,
                SharesTransactions = true,
                Outbox = options => options.QueryDelay = TimeSpan.FromHours(1),
            });
        var ids = Enumerable.Range(0, Deliveries).Select(_ => Guid.NewGuid()).ToArray();
        await DeliverAsync(host, ids, total: Deliveries);
        await host.UntilOutboxIsEmptyAsync();
        var before = await CountCommitsAsync(database.ConnectionString);

        await Task.WhenAll(ids.Select(id => host.SendAsync(new CountUp(id))));
        await Eventually.HoldsAsync(
            () => host.Received.Counted.Count >= 2 * Deliveries, "every message to come out", 60);
        var commits = await CountCommitsAsync(database.ConnectionString) - before;

        TestContext.Current.TestOutputHelper?.WriteLine($"{(double)commits / Deliveries:0.00} commits a delivery");
        commits.ShouldBeLessThan(Deliveries * 3 / 4);
        (await host.QueryAsync(context => context.Set<Counter>().CountAsync(counter => counter.Count == 2, Ct)))
            .ShouldBe(Deliveries);
    }

    private static async Task DeliverAsync(CounterHost host, Guid[] ids, int total)
    {
        foreach (var id in ids)
        {
            await host.SendAsync(new CountUp(id));
        }

        await Eventually.HoldsAsync(() => host.Received.Counted.Count >= total, "every message to come out", 60);
    }

    /// <summary>How many transactions have written so far: each that writes takes a number.</summary>
    private static async Task<long> CountCommitsAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(
            "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint", connection);
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }

    private sealed record Proxied(string ConnectionString) : ITestDatabase
    {
        public ValueTask DisposeAsync()
        {
            return ValueTask.CompletedTask;
        }
    }
}
