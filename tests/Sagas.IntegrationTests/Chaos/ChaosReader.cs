using DotNet.Testcontainers.Containers;
using Npgsql;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Chaos;

/// <summary>Reads what a chaos run left.</summary>
internal static class ChaosReader
{
    private static readonly char[] Blank = [' ', '\t', '\n'];

    // Where it says that a charge was made, and that one was taken back.
    private const string PythonAnswers =
        """
        import os, sqlite3
        for row in sqlite3.connect(os.environ['PARTICIPANT_DB']).execute(
                "select saga_id, direction from answer where kind = 'StepSucceeded'"): print(*row)
        """;

    /// <summary>Everything that the audit looks at.</summary>
    public static async Task<ChaosRecord> ReadAsync(
        this SagasStack stack, IContainer python, int started, CancellationToken ct)
    {
        var log = await ReadAsync(
            stack.Effects,
            "select saga_id, step, direction from effect_log order by id",
            row => (Saga: row.GetGuid(0), Line: new ChaosLog(row.GetString(1), row.GetString(2))),
            ct);
        var effects = await ReadAsync(
            stack.Effects,
            """
            select saga_id, 'reserve-stock', released_at is not null from stock_reservation
            union all select saga_id, 'charge-card', refunded_at is not null from card_charge
            union all select saga_id, 'book-shipment', cancelled_at is not null from shipment
            union all select saga_id, tool, undone_at is not null from agent_action
            union all select saga_id, 'charge', refunded_at is not null from charge where charged_at is not null
            """,
            row => (Saga: row.GetGuid(0), Effect: new ChaosEffect(row.GetString(1), row.GetBoolean(2))),
            ct);
        effects.AddRange(await ReadPythonAsync(python, ct));
        var (logs, rows) = (log.ToLookup(x => x.Saga, x => x.Line), effects.ToLookup(x => x.Saga, x => x.Effect));
        var sagas = await ReadAsync(
            stack.Sagas,
            "select id, (input ->> 'number')::integer, state from sagas.saga_state",
            row => (
                Id: row.GetGuid(0),
                Saga: new ChaosSaga(
                    row.GetInt32(1), row.GetString(2), [.. logs[row.GetGuid(0)]], [.. rows[row.GetGuid(0)]])),
            ct);
        var known = sagas.Select(x => x.Id).ToHashSet();
        return new ChaosRecord
        {
            Started = started,
            Sagas = [.. sagas.Select(x => x.Saga)],
            Strays = effects.Count(x => !known.Contains(x.Saga)),
            SetAside = await CountSetAsideAsync(stack, ct),
        };
    }

    /// <summary>How often each event is in the history.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> CountEventsAsync(
        this SagasStack stack, CancellationToken ct) =>
        (await ReadAsync(
            stack.Sagas,
            "select event, count(*) from sagas.saga_history group by event",
            row => (Event: row.GetString(0), Count: row.GetInt64(1)),
            ct)).ToDictionary(x => x.Event, x => x.Count);

    private static async Task<IEnumerable<(Guid Saga, ChaosEffect Effect)>> ReadPythonAsync(
        IContainer python, CancellationToken ct)
    {
        var answers = await python.ExecAsync(["python", "-c", PythonAnswers], ct);
        answers.ExitCode.ShouldBe(0, answers.Stderr);
        var succeeded = answers.Stdout
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(x => x.Split(Blank, StringSplitOptions.RemoveEmptyEntries))
            .Select(x => (Saga: Guid.Parse(x[0]), Direction: x[1]))
            .ToList();
        var undone = succeeded.Where(x => x.Direction == "Compensate").Select(x => x.Saga).ToHashSet();
        return succeeded
            .Where(x => x.Direction == "Execute")
            .Select(x => (x.Saga, new ChaosEffect("charge-card", undone.Contains(x.Saga))));
    }

    /// <summary>What waits where nothing may be in the end.</summary>
    private static async Task<IReadOnlyDictionary<string, long>> CountSetAsideAsync(SagasStack stack, CancellationToken ct)
    {
        var queues = await stack.Broker.ExecAsync(
            ["rabbitmqctl", "--quiet", "list_queues", "name", "messages", "--no-table-headers"], ct);
        queues.ExitCode.ShouldBe(0, queues.Stderr);
        var counts = queues.Stdout
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(x => x.Split('\t'))
            .Where(x => x[0].EndsWith("_error", StringComparison.Ordinal) || x[0].EndsWith("_skipped", StringComparison.Ordinal))
            .ToDictionary(x => x[0], x => long.Parse(x[1], System.Globalization.CultureInfo.InvariantCulture));
        foreach (var table in (string[])["outbox_message", "undecided_saga", "undecided_message"])
        {
            counts[$"the workers' {table}"] = await stack.ScalarAsync($"select count(*) from sagas.{table}", ct);
        }

        await using var command = stack.Effects.CreateCommand("select count(*) from outbox_message");
        counts["the participants' outbox_message"] = (long)(await command.ExecuteScalarAsync(ct))!;
        return counts;
    }

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlDataSource source, string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct)
    {
        var rows = new List<T>();
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
