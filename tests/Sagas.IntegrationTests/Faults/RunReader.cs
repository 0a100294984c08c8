using System.Globalization;
using Npgsql;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Faults;

/// <summary>Reads what a run left in the databases of the worker and of the participants.</summary>
internal static class RunReader
{
    /// <summary>How many sagas are there.</summary>
    public static Task<long> CountStartedAsync(this SagasStack stack, CancellationToken ct) =>
        stack.ScalarAsync("select count(*) from sagas.saga_state", ct);

    /// <summary>How many sagas have ended.</summary>
    public static Task<long> CountEndedAsync(this SagasStack stack, CancellationToken ct) =>
        stack.ScalarAsync("select count(*) from sagas.saga_state where ended_at is not null", ct);

    /// <summary>How many messages the outboxes of the worker and of the participants still have to send.</summary>
    public static Task<long> CountUnsentAsync(this SagasStack stack, CancellationToken ct) =>
        stack.CountMessagesAsync("parked_at is null", ct);

    /// <summary>What is still sent or waits in a queue may have an effect that a proof would miss.</summary>
    public static Task UntilNothingIsOnItsWayAsync(
        this SagasStack stack, PlainClient client, IEnumerable<string> queues, CancellationToken ct) => Poll.UntilAsync(
        "outboxes and queues to be empty",
        async token => await stack.CountUnsentAsync(token) == 0
            && (await Task.WhenAll(queues.Select(x => client.CountAsync(x, token)))).Sum(x => x) == 0,
        TimeSpan.FromMinutes(3),
        ct: ct);

    /// <summary>The first few sagas that have not ended, a line each.</summary>
    public static async Task<string> DescribeOpenAsync(this SagasStack stack, CancellationToken ct)
    {
        await using var command = stack.Sagas.CreateCommand(
            """
            select coalesce(string_agg(line, chr(10)), 'none') from (
                select concat_ws(' | ', state, input->>'orderId', current_step, direction, attempt, due_at, due_claimed_until) as line
                from sagas.saga_state where ended_at is null order by started_at limit 10) open
            """);
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>The instant of the worker's database.</summary>
    public static async Task<DateTime> ReadClockAsync(this SagasStack stack, CancellationToken ct)
    {
        await using var command = stack.Sagas.CreateCommand("select clock_timestamp()");
        return (DateTime)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Everything that the audit looks at.</summary>
    public static async Task<RunRecord> ReadAsync(
        this SagasStack stack, int started, DateTime? healedAt, CancellationToken ct)
    {
        var history = await GroupAsync(
            stack.Sagas,
            """
            select saga_id, time, event, (coalesce(detail->>'deadline', detail->>'retryAt'))::timestamptz
            from sagas.saga_history order by saga_id, sequence
            """,
            row => new SagaRecord.HistoryLine(
                row.GetDateTime(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetDateTime(3)),
            ct);
        var log = await GroupAsync(
            stack.Effects,
            "select saga_id, step, direction from effect_log order by id",
            row => new SagaRecord.LogLine(row.GetString(1), row.GetString(2)),
            ct);
        var effects = await GroupAsync(
            stack.Effects,
            """
            select saga_id, 'reserve-stock', released_at is not null from stock_reservation
            union all select saga_id, 'charge-card', refunded_at is not null from card_charge
            union all select saga_id, 'book-shipment', cancelled_at is not null from shipment
            """,
            row => new SagaRecord.EffectRow(row.GetString(1), row.GetBoolean(2)),
            ct);
        var sagas = await GroupAsync(
            stack.Sagas,
            "select id, (substring(input->>'orderId' from 7))::integer, state from sagas.saga_state",
            row => new SagaRecord
            {
                Number = row.GetInt32(1),
                State = row.GetString(2),
                History = [.. history[row.GetGuid(0)]],
                Log = [.. log[row.GetGuid(0)]],
                Effects = [.. effects[row.GetGuid(0)]],
            },
            ct);
        return new RunRecord
        {
            Started = started,
            HealedAt = healedAt,
            Sagas = [.. sagas.SelectMany(x => x)],
            LostMessages = await stack.CountLostAsync(ct),
            ParkedMessages = await stack.CountMessagesAsync("parked_at is not null", ct),
        };
    }

    private static async Task<long> CountLostAsync(this SagasStack stack, CancellationToken ct)
    {
        var queues = await stack.Broker.ExecAsync(["rabbitmqctl", "--quiet", "list_queues", "name", "messages", "--no-table-headers"], ct);
        queues.ExitCode.ShouldBe(0, queues.Stderr);
        return queues.Stdout.Split('\n')
            .Select(x => x.Split('\t'))
            .Where(x => x[0] is "sagas_error" or "sagas_skipped")
            .Sum(x => long.Parse(x[1], CultureInfo.InvariantCulture));
    }

    private static async Task<ILookup<Guid, T>> GroupAsync<T>(
        NpgsqlDataSource source, string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct)
    {
        var rows = new List<(Guid SagaId, T Row)>();
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            rows.Add((reader.GetGuid(0), read(reader)));
        }

        return rows.ToLookup(x => x.SagaId, x => x.Row);
    }

    private static async Task<long> CountMessagesAsync(this SagasStack stack, string condition, CancellationToken ct)
    {
        await using var command = stack.Effects.CreateCommand($"select count(*) from outbox_message where {condition}");
        return (long)(await command.ExecuteScalarAsync(ct))!
            + await stack.ScalarAsync($"select count(*) from sagas.outbox_message where {condition}", ct);
    }
}
