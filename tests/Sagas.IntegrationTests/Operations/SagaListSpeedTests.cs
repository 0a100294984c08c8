using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Sagas.Dashboard.Api;
using Sagas.Dashboard.Queries;
using Sagas.IntegrationTests.Persistence;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Operations;

/// <summary>
/// Lists among many sagas on PostgreSQL. With SAGAS_LIST_ROWS=1000000 in the environment it measures what docs/api.md
/// says. What is asserted is how much of the table a page reads, which is the same however busy the machine is.
/// </summary>
public sealed class SagaListSpeedTests(PostgresServer server, ITestOutputHelper output)
{
    private const int Repetitions = 50;

    /// <summary>What is found has to be sorted: all of it is read.</summary>
    private const string FrequentWords = "words that a tenth of them failed with";

    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly int Rows =
        int.Parse(Environment.GetEnvironmentVariable("SAGAS_LIST_ROWS") ?? "100000", CultureInfo.InvariantCulture);

    /// <summary>
    /// A quarter of the blocks that the sagas fill: a walk through all of one state or name reads more.
    /// </summary>
    private static int MostBlocks => Rows / 1_000 * 15;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>
    /// The oldest page, the rarest state, the version of a few: whatever is asked for, an index has it in order.
    /// </summary>
    [Fact]
    public async Task List_AmongManySagas_WalksAnIndexWhateverIsAskedFor()
    {
        var sql = new Commands();
        await using var database = await server.CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(
            database, services => services.ConfigureDbContext<SagaStoreDbContext>(x => x.AddInterceptors(sql)));
        await FillAsync(database.ConnectionString);
        var queries = new SagaQueries(host.Services.GetRequiredService<Database<SagaStoreDbContext>>());
        var deep = new SagaCursor(0, Start.AddSeconds(Rows / 10), Guid.Empty).ToString();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Ct);

        output.WriteLine($"| among {Rows:N0} sagas | p50 ms | p99 ms | blocks read |\n| --- | --- | --- | --- |");
        foreach (var (name, filter) in Filters(deep))
        {
            sql.Texts.Clear();
            await queries.ListAsync(filter, Ct);
            var blocks = 0;
            foreach (var (text, parameters) in sql.Texts.Where(x => x.Text.Contains("saga_state", StringComparison.Ordinal)))
            {
                blocks += await BlocksAsync(connection, text, parameters);
            }

            Write(name, await MeasureAsync(() => queries.ListAsync(filter, Ct)), blocks);
            blocks.ShouldBeLessThan(name == FrequentWords ? int.MaxValue : MostBlocks, name);
        }

        using var counts = new CountQueries(
            host.Services.GetRequiredService<Database<SagaStoreDbContext>>(),
            Options.Create(new ApiOptions { CountsAge = TimeSpan.Zero }),
            TimeProvider.System);
        Write("counts by state and name", await MeasureAsync(() => counts.ReadAsync(Ct)));
    }

    private static IEnumerable<(string Name, SagaFilter Filter)> Filters(string deep)
    {
        yield return ("newest", new SagaFilter());
        yield return ("newest, deep in the list", new SagaFilter { Cursor = deep });
        yield return ("attention", new SagaFilter { Sort = SagaSort.Attention });
        yield return ("one frequent state", new SagaFilter { States = ["Completed"] });
        yield return ("one rare state", new SagaFilter { States = ["Aborted"] });
        yield return ("three states, deep", new SagaFilter { States = ["Completed", "Aborted", "Suspended"], Cursor = deep });
        yield return ("a name", new SagaFilter { Name = "order" });
        yield return ("a rare name", new SagaFilter { Name = "rare" });
        yield return ("a name and its rare version", new SagaFilter { Name = "order", Version = 1 });
        yield return ("a name, a version and two states", new SagaFilter { Name = "order", Version = 2, States = ["Compensated", "Suspended"] });
        yield return ("a name, needing attention", new SagaFilter { Name = "order", Sort = SagaSort.Attention });
        yield return ("a window of an hour", new SagaFilter { From = Start.AddHours(1), To = Start.AddHours(2) });
        yield return ("a state in a window", new SagaFilter { States = ["Compensated"], From = Start, To = Start.AddHours(2) });
        yield return ("an id's beginning", new SagaFilter { Text = "00000000-0000-0000-0000-0000000004" });
        yield return (FrequentWords, new SagaFilter { Text = "card declined" });
        yield return ("words of one failure", new SagaFilter { Text = "needle" });
        yield return ("words of none, in a state", new SagaFilter { Text = "nowhere", States = ["Compensated"] });
    }

    /// <summary>Nearly all have ended, a tenth of them undone; a few are open, and a few of those suspended.</summary>
    private static async Task FillAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandTimeout = 900;
        command.CommandText =
            $$"""
            INSERT INTO sagas.saga_state (id, name, version, state, current_step, direction, attempt, due_at, input, results,
                steps, failure, history_sequence, event_sequence, started_at, updated_at, ended_at, row_version)
            SELECT lpad(to_hex(i), 32, '0')::uuid, name, CASE WHEN i < 20 THEN 1 ELSE 2 END, state, 'charge', 'Execute', 1,
                CASE WHEN state IN ('Running', 'Compensating') THEN started + interval '1 minute' END,
                '{"orderId": "4711"}', '{}',
                '[{"name":"reserve","status":"Succeeded","order":1,"attempts":1},{"name":"charge","status":"Running","order":2,"attempts":1}]',
                CASE WHEN i = 77 THEN '{"step": "charge", "direction": "Execute", "code": "ODD", "message": "needle"}'::jsonb
                     WHEN state IN ('Compensated', 'Compensating', 'Suspended', 'Aborted') THEN jsonb_build_object(
                         'step', 'charge', 'direction', 'Execute', 'code', 'CARD_DECLINED', 'message', 'The card ending in ' || i % 10000 || ' was declined') END,
                9, 4, started, started + interval '5 seconds', CASE WHEN state IN ('Completed', 'Compensated', 'Aborted') THEN started END, 5
            FROM (
                SELECT i, '2026-01-01T00:00:00Z'::timestamptz + i * interval '1 second' AS started,
                    CASE WHEN i % 50000 = 7 THEN 'rare' WHEN i % 3 = 0 THEN 'order' ELSE 'travel' END AS name,
                    CASE WHEN i % 20000 = 3 THEN 'Aborted' WHEN i % 10000 = 5 THEN 'Suspended' WHEN i % 2000 = 6 THEN 'Compensating'
                         WHEN i % 500 = 1 THEN 'Running' WHEN i % 10 = 2 THEN 'Compensated' ELSE 'Completed' END AS state
                FROM generate_series(1, {{Rows}}) AS i) AS seed;
            """;
        await command.ExecuteNonQueryAsync(Ct);
        command.CommandText = "VACUUM ANALYZE sagas.saga_state";
        await command.ExecuteNonQueryAsync(Ct);
    }

    private static async Task<double[]> MeasureAsync(Func<Task> read)
    {
        await read();
        var times = new double[Repetitions];
        for (var i = 0; i < Repetitions; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await read();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }

    private static async Task<int> BlocksAsync(NpgsqlConnection connection, string text, NpgsqlParameter[] parameters)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {text}";
        command.Parameters.AddRange(parameters.Select(x => x.Clone()).ToArray());
        var plan = JsonElement.Parse((string)(await command.ExecuteScalarAsync(Ct))!)[0].GetProperty("Plan");
        return plan.GetProperty("Shared Hit Blocks").GetInt32() + plan.GetProperty("Shared Read Blocks").GetInt32();
    }

    private void Write(string name, double[] times, int? blocks = null) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {name} | {times[Repetitions / 2]:F1} | {times[Repetitions * 99 / 100]:F1} | {blocks} |"));

    private sealed class Commands : DbCommandInterceptor
    {
        public ConcurrentQueue<(string Text, NpgsqlParameter[] Parameters)> Texts { get; } = new();

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            Texts.Enqueue((command.CommandText, [.. command.Parameters.Cast<NpgsqlParameter>().Select(x => x.Clone())]));
            return ValueTask.FromResult(result);
        }
    }
}
