using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sagas.Persistence;
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
        await ExecuteAsync(
            connection,
            $"""
            alter table outbox_message set (autovacuum_enabled = false);
            insert into outbox_message (message_id, destination_address, content_type, message_type, body, headers,
                properties, sent_time, enqueued_at, next_try_at, attempts, ordering_key)
            select gen_random_uuid(), 'queue:q', 'application/json', 'm', 'b', 'h', 'p', now(), now(), now(), 0,
                gen_random_uuid()
            from generate_series(1, {Gone});
            delete from outbox_message
            """);

        var blocks = await host.QueryAsync(context => CountBlocksAsync(host, context, connection, keys));

        TestContext.Current.TestOutputHelper?.WriteLine($"{blocks} blocks");
        blocks.ShouldBeLessThan(5 * keys + 10);
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

    private static async Task ExecuteAsync(NpgsqlConnection connection, string text)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
