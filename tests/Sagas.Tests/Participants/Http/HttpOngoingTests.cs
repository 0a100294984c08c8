using System.Text.Json;
using Sagas.Contracts;

namespace Sagas.Tests.Participants.Http;

/// <summary>202: the service works on it. It is asked, or says by itself, when it is done.</summary>
public sealed class HttpOngoingTests
{
    private const string Charge = """
        { "name": "charge", "timeout": "20s",
          "http": { "method": "POST", "url": "$URL/charges", "headers": { "Authorization": { "secret": "Token" } }, "result": "/id" },
          "compensation": { "http": { "method": "DELETE", "url": "$URL/charges" } } }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Location_IsAskedUntilItIsDone()
    {
        var polls = new Queue<int>([202, 503, 0, 200]);
        await using var run = await HttpRun.StartAsync(Charge, Ct, (request, context) => request.Method == "POST"
            ? HttpService.StatusAsync(context, 202, "/jobs/7")
            : polls.Dequeue() switch
            {
                0 => HttpService.AbortAsync(context),
                200 => HttpService.JsonAsync(context, 200, """{"id":"ch_1"}"""),
                var status => HttpService.StatusAsync(context, status),
            });

        await run.RunAsync("Completed", Ct);

        run.Service.Requests.Select(x => x.ToString()).ShouldBe(
            ["POST /charges", "GET /jobs/7", "GET /jobs/7", "GET /jobs/7", "GET /jobs/7"]);
        run.Service.Requests.ShouldAllBe(x => x.Headers["Authorization"] == HttpRun.Secret);
        (await run.Worker.ScalarAsync("select results from saga_state")).ShouldBe("""{"charge":"ch_1"}""");
        (await run.EndsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Location_WorkerDiesBetweenTwoQuestions_TheNextOneGoesOnAsking()
    {
        var isDone = false;
        await using var run = await HttpRun.StartAsync(
            Charge,
            Ct,
            (request, context) => request.Method == "POST" || !isDone
                ? HttpService.StatusAsync(context, 202, "/jobs/7")
                : HttpService.JsonAsync(context, 200, """{"id":"ch_1"}"""),
            settings: ("Sagas:Http:PollInterval", "1s"));
        var saga = await run.BeginAsync(Ct);
        await Eventually.BecomesAsync(() => run.Worker.ScalarAsync(
            "select count(*) from outbox_message where message_type like '%PollHttpStep%'"), 1L, Ct);

        await run.Worker.StopAsync(Ct);
        isDone = true;
        await run.Worker.StartAgainAsync(Ct);

        await run.Worker.UntilStateAsync(saga, "Completed", Ct);
        run.Service.Requests.Count(x => x.Method == "POST").ShouldBe(1);
    }

    [Fact]
    public async Task Location_AnswersThatItFailed_TheStepFailsForGood()
    {
        await using var run = await HttpRun.StartAsync(Charge, Ct, (request, context) => request.Method == "POST"
            ? HttpService.StatusAsync(context, 202, "/jobs/7")
            : HttpService.StatusAsync(context, 422));

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Select(x => x.Method).ShouldBe(["POST", "GET"]);
        (await run.EndsAsync()).ShouldBe(["StepFailed:HTTP_422"]);
    }

    [Fact]
    public async Task Location_IsGone_TheOutcomeIsUnknown()
    {
        await using var run = await HttpRun.StartAsync(Charge, Ct, (request, context) => request.Method switch
        {
            "POST" => HttpService.StatusAsync(context, 202, "/jobs/7"),
            "GET" => HttpService.StatusAsync(context, 404),
            _ => HttpService.StatusAsync(context, 200),
        });

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Select(x => x.Method).ShouldBe(["POST", "GET", "POST", "GET", "DELETE"]);
        run.Service.Requests.Take(4).Select(x => x.Key).Distinct().ShouldHaveSingleItem();
    }

    [Proves("http-never-done")]
    [Fact]
    public async Task Location_IsNeverDone_TheStepsTimeoutEndsItAndItIsUndone()
    {
        await using var run = await HttpRun.StartAsync(
            Charge.Replace("\"20s\"", "\"600ms\", \"retry\": { \"retries\": 0 }", StringComparison.Ordinal),
            Ct,
            (request, context) => request.Method == "DELETE"
                ? HttpService.StatusAsync(context, 200)
                : HttpService.StatusAsync(context, 202, "/jobs/7"));

        await run.RunAsync("Compensated", Ct);

        (await run.EndsAsync()).ShouldBe(["StepTimedOut:STEP_EXECUTION_TIMEOUT"]);
        run.Service.Requests.Last().Method.ShouldBe("DELETE");
        await Eventually.BecomesAsync(() => run.Worker.ScalarAsync("select count(*) from outbox_message"), 0L, Ct);
    }

    [Fact]
    public async Task Location_OfAnotherAllowedHost_IsAskedWithoutTheSecrets()
    {
        await using var other = await HttpService.StartAsync(Ct);
        other.Answer = (_, context) => HttpService.JsonAsync(context, 200, """{"id":"ch_1"}""");
        await using var run = await HttpRun.StartAsync(
            Charge,
            Ct,
            (_, context) => HttpService.StatusAsync(context, 202, new Uri(other.Url, "/jobs/7").ToString()),
            alsoAllowed: other.Host);

        await run.RunAsync("Completed", Ct);

        var request = other.Requests.ShouldHaveSingleItem();
        request.ToString().ShouldBe("GET /jobs/7");
        request.Headers.ContainsKey("Authorization").ShouldBeFalse();
        request.Key.ShouldBe(run.Service.Requests.ShouldHaveSingleItem().Key);
    }

    [Proves("http-location-not-allowed")]
    [Fact]
    public async Task Location_OfAnotherHost_IsAskedByAWorkerThatMay()
    {
        await using var other = await HttpService.StartAsync(Ct);
        other.Answer = (_, context) => HttpService.JsonAsync(context, 200, """{"id":"ch_1"}""");
        await using var run = await HttpRun.StartAsync(
            Charge, Ct, (_, context) => HttpService.StatusAsync(
                context, 202, new Uri(other.Url, "/jobs/7").ToString(), retryAfter: "1"));
        var saga = await run.BeginAsync(Ct);
        await Eventually.HoldsAsync(
            "the question that goes round",
            () => Task.FromResult(run.Worker.Log.Any(x => x.Contains("HTTP_HOST_NOT_ALLOWED", StringComparison.Ordinal))),
            Ct);

        other.Requests.ShouldBeEmpty();
        await using var able = await run.StartAnotherAsync(other.Host, Ct);
        await run.Worker.UntilStateAsync(saga, "Completed", Ct);

        other.Requests.ShouldHaveSingleItem().ToString().ShouldBe("GET /jobs/7");
        run.Service.Requests.ShouldHaveSingleItem();
        (await run.EndsAsync()).ShouldBeEmpty();
    }

    [Proves("http-location-not-allowed")]
    [Fact]
    public async Task Location_WhereNobodyMayAsk_IsNotAskedAndTheStepUndone()
    {
        await using var run = await HttpRun.StartAsync(Charge, Ct, (request, context) => request.Method == "POST"
            ? HttpService.StatusAsync(context, 202, "file:///etc/passwd")
            : HttpService.StatusAsync(context, 200));

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Select(x => x.Method).ShouldBe(["POST", "DELETE"]);
        (await run.EndsAsync()).ShouldBe(["StepOutcomeUnknown:HTTP_LOCATION_REFUSED"]);
    }

    [Fact]
    public async Task NoLocation_ReplyOverTheBroker_EndsIt()
    {
        await using var run = await HttpRun.StartAsync(Charge, Ct, (_, context) => HttpService.StatusAsync(context, 202));
        var saga = await run.BeginAsync(Ct);
        await Eventually.HoldsAsync("the call", () => Task.FromResult(run.Service.Requests.Count == 1), Ct);

        await run.Worker.SendAsync(
            new StepSucceeded
            {
                SagaId = saga,
                Step = "charge",
                Direction = StepDirection.Execute,
                Attempt = 1,
                Result = JsonElement.Parse("\"ch_2\""),
            },
            Ct);

        await run.Worker.UntilStateAsync(saga, "Completed", Ct);
        run.Service.Requests.Count.ShouldBe(1);
        (await run.Worker.ScalarAsync("select results from saga_state")).ShouldBe("""{"charge":"ch_2"}""");
    }

    [Fact]
    public async Task NoLocation_NoReply_TheStepsTimeoutEndsItAndItIsUndone()
    {
        await using var run = await HttpRun.StartAsync(
            Charge.Replace("\"20s\"", "\"20s\", \"retry\": { \"retries\": 0 }", StringComparison.Ordinal),
            Ct,
            (request, context) => HttpService.StatusAsync(context, request.Method == "POST" ? 202 : 200),
            clock: new FakeClock());
        await run.BeginAsync(Ct);

        await run.GoOnAsync("SagaCompensated", 1, Ct, isServiceSilent: true);

        (await run.EndsAsync()).ShouldBe(["StepTimedOut:STEP_EXECUTION_TIMEOUT"]);
        run.Service.Requests.Select(x => x.Method).ShouldBe(["POST", "DELETE"]);
    }

    [Fact]
    public async Task Compensation_Ongoing_IsAskedAsWell()
    {
        await using var run = await HttpRun.StartAsync(
            Charge + """, { "name": "ship", "http": { "method": "POST", "url": "$URL/shipments" } }""",
            Ct,
            (request, context) => request.ToString() switch
            {
                "POST /charges" => HttpService.JsonAsync(context, 200, """{"id":1}"""),
                "POST /shipments" => HttpService.StatusAsync(context, 400),
                "DELETE /charges" => HttpService.StatusAsync(context, 202, "/jobs/8"),
                _ => HttpService.StatusAsync(context, 200),
            });

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Select(x => x.ToString()).ShouldBe(
            ["POST /charges", "POST /shipments", "DELETE /charges", "GET /jobs/8"]);
    }
}
