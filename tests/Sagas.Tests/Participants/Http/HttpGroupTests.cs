namespace Sagas.Tests.Participants.Http;

/// <summary>Steps over HTTP that start together.</summary>
public sealed class HttpGroupTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Execute_Group_IsCalledTogetherAndUndoneInReverse()
    {
        var all = new TaskCompletionSource();
        var calls = 0;
        await using var run = await HttpRun.StartAsync(
            $$"""{ "parallel": [{{Step("hotel")}}, {{Step("flight")}}, {{Step("car")}}] }""",
            Ct,
            async (request, context) =>
            {
                if (request.Method == "POST" && Interlocked.Increment(ref calls) == 3)
                {
                    all.SetResult();
                }

                // Called one after the other, the first of them would wait for ever.
                await all.Task.WaitAsync(context.RequestAborted);
                await HttpService.StatusAsync(context, request.ToString() == "POST /car" ? 422 : 200);
            });

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Take(3).Select(x => x.ToString()).ShouldBe(
            ["POST /hotel", "POST /flight", "POST /car"], ignoreOrder: true);
        run.Service.Requests.Skip(3).Select(x => x.ToString()).ShouldBe(["DELETE /flight", "DELETE /hotel"]);
        (await run.FailureAsync()).ShouldBe("HTTP_422");
    }

    [Proves("group-step-fails-for-now")]
    [Fact]
    public async Task Execute_OneOfAGroupMeetsAnOpenCircuit_WaitsAloneAndThenGoesOn()
    {
        var isFirst = true;
        await using var run = await HttpRun.StartAsync(
            $$"""
            { "parallel": [{{Step("hotel")}}, { "name": "flight", "queue": "participants" }] },
            { "name": "ticket", "queue": "participants" }
            """,
            Ct,
            (_, context) =>
            {
                (var status, isFirst) = (isFirst ? 503 : 200, false);
                return HttpService.JsonAsync(context, status, "{}");
            },
            settings:
            [
                ("Sagas:CircuitBreaker:Failures", "1"), ("Sagas:CircuitBreaker:MinimumCalls", "1"),
                ("Sagas:CircuitBreaker:OpenDuration", "00:00:01"),
            ]);

        var saga = await run.BeginAsync(Ct);
        await Eventually.BecomesAsync(
            () => run.Worker.ScalarAsync("select current_step from saga_overview"),
            "hotel, attempt 2, waits: CIRCUIT_OPEN",
            Ct);
        await run.Worker.UntilStateAsync(saga, "Completed", Ct);

        (await run.Worker.RowsAsync("select step, attempts, parallel_group from saga_step order by position")).ShouldBe(
            [["hotel", 2L, 1L], ["flight", 1L, 1L], ["ticket", 1L, DBNull.Value]]);
        run.Service.Requests.Select(x => x.Key[^9..]).ShouldBe(["execute/1", "execute/2"]);
    }

    private static string Step(string name) =>
        $$"""
        { "name": "{{name}}", "http": { "method": "POST", "url": "$URL/{{name}}" },
          "compensation": { "http": { "method": "DELETE", "url": "$URL/{{name}}" } } }
        """;
}
