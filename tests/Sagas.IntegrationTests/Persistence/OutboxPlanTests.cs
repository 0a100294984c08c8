using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sagas.Persistence;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Sql;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Persistence;

/// <summary>
/// How PostgreSQL goes about what every delivery asks of the outbox, whose rows live for milliseconds: its indexes are
/// full of entries of rows that are gone.
/// </summary>
public sealed class OutboxPlanTests(PostgresServer server)
{
    private const int Gone = 20_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public async Task FindPredecessors_ManyRowsCameAndWent_ReadsNoneOfThem(int keys)
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var host = await CounterHost.StartAsync(database);
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Ct);
        await FillAndEmptyAsync(connection);

        var blocks = await host.QueryAsync(context => CountBlocksAsync(host, context, connection, keys));

        TestContext.Current.TestOutputHelper?.WriteLine($"{blocks} blocks");
        blocks.ShouldBeLessThan(5 * keys + 10);
    }

    [Fact]
    public async Task Claim_ManyRowsCameAndWent_ReadsTheirEntriesOnceOrTwice()
    {
        const int Claims = 20;
        await using var database = await server.CreateDatabaseAsync();
        await using var host = await CounterHost.StartAsync(database);
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Ct);
        await FillAndEmptyAsync(connection);
        var store = host.Services.GetRequiredService<OutboxStore<CounterDbContext>>();
        var before = await ReadUseAsync();

        for (var i = 0; i < Claims; i++)
        {
            (await store.ClaimAsync(10, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10), Ct)).ShouldBeEmpty();
        }

        // Once more where somebody's transaction was still under way that might have seen the rows.
        await Eventually.HoldsAsync(
            async () => (await ReadUseAsync()).Scans >= before.Scans + Claims, "the claims to be counted");
        ((await ReadUseAsync()).Entries - before.Entries).ShouldBeLessThan(Claims / 2 * Gone);

        Task<IndexUse> ReadUseAsync() => IndexUse.ReadAsync(connection, "ix_outbox_message_next_try_at", Ct);
    }

    /// <summary>Inserts rows that are due, and deletes them; nobody vacuums the table.</summary>
    private static async Task FillAndEmptyAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            $"""
            alter table outbox_message set (autovacuum_enabled = false);
            insert into outbox_message (message_id, destination_address, content_type, message_type, body, headers,
                properties, sent_time, enqueued_at, next_try_at, attempts, ordering_key)
            select gen_random_uuid(), 'queue:q', 'application/json', 'm', 'b', 'h', 'p', now(), now(), now(), 0,
                gen_random_uuid()
            from generate_series(1, {Gone});
            delete from outbox_message
            """,
            connection);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private static async Task<int> CountBlocksAsync(
        CounterHost host, CounterDbContext context, NpgsqlConnection connection, int keys)
    {
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        var dialect = host.Services.GetRequiredService<SqlDialects>().Of(context);
        var map = host.Services.GetRequiredService<EntityMaps>().Get<OutboxMessage>(context);
        var statement = OutboxOrder.FindPredecessors(
            dialect, map, [.. Enumerable.Range(0, keys).Select(_ => Guid.NewGuid())], (_, _) => { });
        await dialect.ExecuteAsync(transaction, [.. dialect.BeginShared()], false, Ct);
        await using var command = new NpgsqlCommand($"explain (analyze, buffers) {statement.Text}", connection);
        command.Parameters.AddRange(statement.Parameters.ToArray());
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var plan = new List<string>();
        while (await reader.ReadAsync(Ct))
        {
            plan.Add(reader.GetString(0));
        }

        // The first line about buffers is that of the whole statement.
        var buffers = plan.First(line => line.Contains("Buffers:", StringComparison.Ordinal));
        return Regex.Matches(buffers, @"(?:hit|read)=(\d+)")
            .Sum(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
    }
}
