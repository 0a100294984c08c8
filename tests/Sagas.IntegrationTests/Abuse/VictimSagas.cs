using System.Text.Json.Nodes;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>Brings sagas into the states in which they are abused, and sees afterwards what became of them.</summary>
internal sealed class VictimSagas(SagasStack stack)
{
    private const int EachKind = 10;
    private const int Suspended = 5;
    private const string WaitsForPython = "state = 'Running' and current_step = 'charge-card' and name = 'order-polyglot'";

    public async Task<Victims> StartAsync(PlainClient client, string answers, CancellationToken ct)
    {
        for (var number = 0; number < EachKind; number++)
        {
            await StartAsync(client, "order", SagaMix.Input(number), $"1{number}", ct);
            await StartAsync(client, "order-polyglot", SagaMix.Input(0), $"2{number}", ct);
        }

        for (var number = 0; number < Suspended; number++)
        {
            await StartAsync(client, "order", Suspends($"suspended-{number}"), $"3{number}", ct);
        }

        await UntilAsync("ended_at is not null", EachKind, ct);
        await UntilAsync("state = 'Suspended'", Suspended, ct);
        await UntilAsync(WaitsForPython, EachKind, ct);
        var ended = await IdsAsync("ended_at is not null and input->>'orderId' <> 'order-0'", ct);
        var flooded = await IdsAsync("input->>'orderId' = 'order-0' and name = 'order'", ct);
        return new Victims(
            answers, ended, await IdsAsync("state = 'Suspended'", ct), await IdsAsync(WaitsForPython, ct), flooded[0]);
    }

    /// <summary>All that is known of the sagas that nothing legitimate happens to, but for their histories.</summary>
    public Task<List<string>> SnapshotAsync(Victims victims, CancellationToken ct) => ReadAsync(
        $"""
        select concat_ws('|', id, state, current_step, direction, attempt, input, results, steps, failure, ended_at)
        from sagas.saga_state where id in ({List([.. victims.Ended, .. victims.Suspended, victims.Flooded])}) order by id
        """,
        ct);

    /// <summary>Lets the sagas in flight go on, and sees them to their end.</summary>
    public async Task ReleaseAsync(Victims victims, CancellationToken ct)
    {
        await using var python = stack.Python();
        await using var javaScript = stack.JavaScript();
        await Task.WhenAll(python.StartAsync(ct), javaScript.StartAsync(ct));
        await UntilAsync($"state = 'Completed' and id in ({List(victims.InFlight)})", victims.InFlight.Count, ct);
    }

    /// <summary>Sagas whose rows and histories contradict each other, or that wait for nothing.</summary>
    public Task<List<string>> ContradictionsAsync(CancellationToken ct) => ReadAsync(
        """
        select s.id || ' is ' || s.state || ' with ' || s.history_sequence || ' of history, of which there are ' || h.records
            || ', due ' || coalesce(s.due_at::text, 'never') || ', ended ' || coalesce(s.ended_at::text, 'never') || ' as ' || h.ends
        from sagas.saga_state as s cross join lateral (
            select count(*) as records, coalesce(max(sequence), 0) as last, coalesce((array_agg(event order by sequence desc)
                filter (where event in ('SagaCompleted', 'SagaCompensated', 'SagaAborted', 'SagaSuspended')))[1], 'open') as ends
            from sagas.saga_history where saga_id = s.id) as h
        where h.records <> s.history_sequence or h.last <> s.history_sequence
            or (s.ended_at is not null) <> (s.state in ('Completed', 'Compensated', 'Aborted'))
            or (s.due_at is null) <> (s.state in ('Completed', 'Compensated', 'Aborted', 'Suspended'))
            or (s.due_at is null and h.ends <> 'Saga' || s.state)
        """,
        ct);

    /// <summary>Under an id that is the same in every run, so that the fuzzer's inputs are.</summary>
    private static Task StartAsync(PlainClient client, string name, JsonObject input, string number, CancellationToken ct) =>
        client.SendAsync(
            "StartSaga",
            new JsonObject { ["sagaName"] = name, ["input"] = input, ["sagaId"] = $"ab05e000-0000-4000-8000-0000000000{number}" }
                .ToJsonString(),
            ct);

    private static JsonObject Suspends(string order) => new()
    {
        ["orderId"] = order,
        ["amount"] = 1,
        ["faults"] = new JsonObject { ["book-shipment"] = "fail", ["charge-card:compensate"] = "fail" },
    };

    private static string List(IEnumerable<Guid> ids) => string.Join(',', ids.Select(x => $"'{x}'"));

    private Task UntilAsync(string where, int count, CancellationToken ct) => Poll.UntilAsync(
        $"{count} sagas with {where}",
        async token => await stack.ScalarAsync($"select count(*) from sagas.saga_state where {where}", token) == count,
        TimeSpan.FromMinutes(2),
        ct: ct);

    private async Task<List<Guid>> IdsAsync(string where, CancellationToken ct) =>
        [.. (await ReadAsync($"select id::text from sagas.saga_state where {where} order by input->>'orderId', id", ct)).Select(Guid.Parse)];

    private async Task<List<string>> ReadAsync(string sql, CancellationToken ct)
    {
        await using var command = stack.Sagas.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var texts = new List<string>();
        while (await rows.ReadAsync(ct))
        {
            texts.Add(rows.GetString(0));
        }

        return texts;
    }
}
