using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Contracts;
using Sagas.Orchestration.HttpSteps;
using Sagas.Orchestration.Resilience;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Participants.Http;

/// <summary>
/// Workers that differ, on one database: what one may not call, or cannot read, is left to another. No step fails for
/// it, and no attempt is counted.
/// </summary>
public sealed class HttpHandoverTests
{
    private const string Charge = """
        { "name": "charge", "http": { "method": "POST", "url": "$URL/charges", "headers": { "Authorization": { "secret": "Token" } } },
          "compensation": { "http": { "method": "DELETE", "url": "$URL/charges", "headers": { "Authorization": { "secret": "Token" } } } } }
        """;

    private const string Other = """{"name":"other","version":1,"steps":[{"name":"a","queue":"participants"}]}""";

    // Each of these workers has a broker of its own, so what is due goes to the one that looks first, and a worker that
    // may not call could be first for longer than a test waits. On one broker they take turns.
    private const string Seldom = "00:00:00.600";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>One retry is allowed: were it an attempt, the saga would compensate.</summary>
    [Proves("http-workers-differ")]
    [Theory]
    [InlineData(false, "HTTP_HOST_NOT_ALLOWED")]
    [InlineData(true, "HTTP_SECRET_MISSING")]
    public async Task Execute_WorkerLacksHostOrSecret_IsDeferredUncountedUntilAnotherTakesIt(bool hasHost, string code)
    {
        var statuses = new Queue<int>([503, 200]);
        await using var run = await HttpRun.StartAsync(
            Charge, Ct, (_, context) => HttpService.StatusAsync(context, statuses.Dequeue(), retryAfter: "1"));
        var saga = await run.BeginAsync(Ct);
        await run.UntilHistoryAsync("StepFailed", 1, Ct);
        await run.Worker.StopAsync(Ct);

        await using (var old = await StartOldAsync(run, hasHost))
        {
            await run.UntilHistoryAsync("StepDeferred", 3, Ct);

            (await run.Worker.RowsAsync("select status, attempts, waits_for from saga_step")).ShouldHaveSingleItem()
                .ShouldBe(["Running", 2L, code]);
            old.Log.Count(x => x.Contains("leaves them to other workers", StringComparison.Ordinal)).ShouldBe(1);
            old.Log.ShouldContain(x => x.Contains(code, StringComparison.Ordinal));
            old.Log.ShouldAllBe(x => !x.Contains(HttpRun.Secret, StringComparison.Ordinal));
        }

        await run.Worker.StartAgainAsync(Ct);
        await run.Worker.UntilStateAsync(saga, "Completed", Ct);

        run.Service.Requests.Select(x => x.Key[^9..]).ShouldBe(["execute/1", "execute/2"]);
        (await run.EndsAsync()).ShouldBe(["StepFailed:HTTP_503"]);
    }

    [Proves("http-workers-differ")]
    [Fact]
    public async Task Compensate_WorkerLacksHost_IsDeferredUncountedUntilAnotherTakesIt()
    {
        var undone = new Queue<int>([503, 200]);
        await using var run = await HttpRun.StartAsync(
            Charge + """, { "name": "ship", "http": { "method": "POST", "url": "$URL/shipments" } }""",
            Ct,
            (request, context) => HttpService.StatusAsync(
                context,
                request.Method == "DELETE" ? undone.Dequeue() : request.ToString() == "POST /shipments" ? 422 : 200,
                retryAfter: "1"));
        var saga = await run.BeginAsync(Ct);
        await run.UntilHistoryAsync("StepFailed", 2, Ct);
        await run.Worker.StopAsync(Ct);

        await using (await StartOldAsync(run, hasHost: false))
        {
            await run.UntilHistoryAsync("StepDeferred", 3, Ct);
        }

        await run.Worker.StartAgainAsync(Ct);
        await run.Worker.UntilStateAsync(saga, "Compensated", Ct);

        run.Service.Requests.Where(x => x.Method == "DELETE").Select(x => x.Key[^12..])
            .ShouldBe(["compensate/1", "compensate/2"]);
    }

    [Proves("http-workers-differ-on-poll")]
    [Fact]
    public async Task Poll_WorkerLacksHost_IsAskedByAnother()
    {
        var isDone = false;
        await using var run = await HttpRun.StartAsync(
            Charge,
            Ct,
            (request, context) => request.Method == "POST" || !isDone
                ? HttpService.StatusAsync(context, 202, "/jobs/7", retryAfter: "1")
                : HttpService.JsonAsync(context, 200, "{}"));
        var saga = await run.BeginAsync(Ct);
        await Eventually.BecomesAsync(() => PollsAsync(run), 1L, Ct);
        await run.Worker.StopAsync(Ct);
        var asked = run.Service.Requests.Count;

        await using (var old = await StartOldAsync(run, hasHost: false))
        {
            await Eventually.HoldsAsync(
                "the poll that goes round",
                () => Task.FromResult(old.Log.Any(x => x.Contains("HTTP_HOST_NOT_ALLOWED", StringComparison.Ordinal))),
                Ct);
            await Eventually.BecomesAsync(() => PollsAsync(run), 1L, Ct);
        }

        run.Service.Requests.Count.ShouldBe(asked);
        isDone = true;
        await run.Worker.StartAgainAsync(Ct);
        await run.Worker.UntilStateAsync(saga, "Completed", Ct);
        run.Service.Requests.Count(x => x.Method == "POST").ShouldBe(1);
        (await run.EndsAsync()).ShouldBeEmpty();
    }

    [Proves("http-workers-differ")]
    [Fact]
    public async Task Execute_TwoWorkersOfWhichOneMayCall_AllComplete()
    {
        var first = new HashSet<string>();
        await using var run = await HttpRun.StartAsync(
            Charge,
            Ct,
            (request, context) => HttpService.StatusAsync(context, IsFirst(request.Key) ? 500 : 200),
            settings: [("Sagas:CircuitBreaker:Failures", "1000"), ("Sagas:Timers:PollInterval", "00:00:00.100")]);
        await using var old = await StartOldAsync(run, hasHost: false, looks: Seldom);

        for (var saga = 0; saga < 10; saga++)
        {
            await run.BeginAsync(Ct);
        }

        await Eventually.BecomesAsync(
            () => run.Worker.ScalarAsync("select count(*) from saga_state where state = 'Completed'"), 10L, Ct);
        (await run.EndsAsync()).ShouldAllBe(x => x == "StepOutcomeUnknown:HTTP_500");

        bool IsFirst(string key)
        {
            lock (first)
            {
                return first.Add(key);
            }
        }
    }

    /// <summary>
    /// That a call may have been made is known of this copy of the command alone: the engine would send another one
    /// without it.
    /// </summary>
    [Proves("http-workers-differ-after-death")]
    [Fact]
    public async Task Execute_MayHaveBeenCalled_WaitsAsItIs()
    {
        var go = new TaskCompletionSource();
        await using var run = await HttpRun.StartAsync(
            Charge,
            Ct,
            async (_, context) =>
            {
                await go.Task;
                await HttpService.StatusAsync(context, 200);
            });
        var saga = await run.BeginAsync(Ct);
        await Eventually.BecomesAsync(() => Task.FromResult<object?>(run.Service.Requests.Count), 1, Ct);

        await using var old = await StartOldAsync(run, hasHost: false, looks: Seldom);
        var steps = await old.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("exchange:sagas.http"));
        await steps.Send(Command(saga), x => x.Headers.Set("Sagas-May-Have-Acted", "true"), Ct);

        await Eventually.BecomesAsync(() => Task.FromResult<object?>(run.Service.Requests.Count), 2, Ct);
        go.SetResult();
        await run.Worker.UntilStateAsync(saga, "Completed", Ct);
        run.Service.Requests.Select(x => x.Key).Distinct().ShouldHaveSingleItem();
        (await run.HistoryAsync()).ShouldNotContain("StepDeferred #1");
    }

    [Proves("http-definition-unknown")]
    [Fact]
    public async Task Call_DefinitionIsNotKnown_IsForAnother()
    {
        await using var run = await HttpRun.StartAsync(Charge, Ct);
        var caller = run.Worker.Services.GetRequiredService<HttpStepCaller>();

        var call = await caller.CallAsync(
            Command(Guid.NewGuid()) with { SagaVersion = 2 }, StepDirection.Execute, default, Ct);

        call.ShouldBeOfType<GuardedCall.ForAnother>().Code.ShouldBe("DEFINITION_NOT_USABLE");
    }

    private static ExecuteStep Command(Guid saga) => new()
    {
        SagaId = saga,
        SagaName = "order",
        SagaVersion = 1,
        Step = "charge",
        Attempt = 1,
        IdempotencyKey = $"{saga}/charge/execute/1",
        Input = System.Text.Json.JsonElement.Parse("""{"id":"4711"}"""),
        Results = System.Text.Json.JsonElement.Parse("{}"),
        Deadline = DateTimeOffset.UtcNow.AddMinutes(1),
    };

    private static Task<object?> PollsAsync(HttpRun run) =>
        run.Worker.ScalarAsync("select count(*) from outbox_message where message_type like '%PollHttpStep%'");

    private static Task<EmbeddedWorker> StartOldAsync(HttpRun run, bool hasHost, string? looks = null) =>
        EmbeddedWorker.StartAsync(
            Other,
            Ct,
            settings: new Dictionary<string, string?>
            {
                ["Sagas:Http:AllowedHosts"] = hasHost ? run.Service.Host : "other.example",
                ["Sagas:Outbox:QueryDelay"] = looks ?? "00:00:00.020",
                ["Sagas:Timers:PollInterval"] = looks ?? "00:00:00.250",
            },
            database: run.Worker.Database);
}
