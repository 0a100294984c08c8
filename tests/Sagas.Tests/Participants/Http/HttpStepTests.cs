using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Contracts;

namespace Sagas.Tests.Participants.Http;

/// <summary>
/// Steps that the worker carries out over HTTP, from the definition to the saga's end, on a real server.
/// </summary>
public sealed class HttpStepTests
{
    private const string Charge = """
        { "name": "charge", "http": { "method": "POST", "url": "$URL/charges", "body": { "id": "{input.id}" } },
          "compensation": { "http": { "method": "DELETE", "url": "$URL/charges/{sagaId}", "success": [200, 404] } } }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Execute_Template_IsFilledInAndTheResultGoesOn()
    {
        await using var run = await HttpRun.StartAsync(
            """
            { "name": "charge",
              "http": {
                "method": "POST", "url": "$URL/orders/{input.id}/charges?note={input.note}",
                "headers": { "X-Tenant": "tenant {input.tenant}", "Authorization": { "secret": "Token" } },
                "body": { "amount": "{input.amount}", "tags": ["{input.tags}"], "text": "order {input.id}, try {attempt}", "keep": 1.50 },
                "result": "/charge/id" } },
            { "name": "ship",
              "http": { "method": "PUT", "url": "$URL/shipments/{results.charge}", "body": { "charge": "{results.charge}", "step": "{step}" } } }
            """,
            Ct,
            (_, context) => HttpService.JsonAsync(context, 201, """{"charge":{"id":"ch 1"}}"""));

        var saga = await run.RunAsync("Completed", Ct, """
            {"id":"47/11 ü","note":"a&b=c#d","tenant":"t-1","amount":12.50,"tags":{"a":[true,null]}}
            """);

        var (charge, ship) = (run.Service.Requests.First(), run.Service.Requests.Last());
        charge.ToString().ShouldBe("POST /orders/47%2F11%20%C3%BC/charges?note=a%26b%3Dc%23d");
        charge.Headers["X-Tenant"].ShouldBe("tenant t-1");
        charge.Headers["Authorization"].ShouldBe(HttpRun.Secret);
        charge.Headers["Content-Type"].ShouldBe("application/json");
        charge.Headers["Accept"].ShouldBe("application/json");
        charge.Key.ShouldBe($"{saga}/charge/execute/1");
        charge.Headers["traceparent"].ShouldMatch($"^00-{saga:N}-[0-9a-f]{{16}}-0[01]$");
        charge.Body.ShouldBe(
            """{"amount":12.50,"tags":[{"a":[true,null]}],"text":"order 47/11 ü, try 1","keep":1.50}""");
        ship.ToString().ShouldBe("PUT /shipments/ch%201");
        ship.Body.ShouldBe("""{"charge":"ch 1","step":"ship"}""");
        ship.Headers["traceparent"].ShouldContain(saga.ToString("N"));
        ship.Headers.ContainsKey("Authorization").ShouldBeFalse();
    }

    [Fact]
    public async Task Compensate_LaterStepFails_IsCalledAndItsOwnCodesCount()
    {
        await using var run = await HttpRun.StartAsync(
            Charge + """, { "name": "ship", "http": { "method": "POST", "url": "$URL/shipments" } }""",
            Ct,
            (request, context) => request.ToString() switch
            {
                "POST /charges" => HttpService.JsonAsync(context, 200, "{}"),
                "POST /shipments" => HttpService.StatusAsync(context, 422),
                _ => HttpService.StatusAsync(context, 404),
            });

        var saga = await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Select(x => x.ToString()).ShouldBe(
            ["POST /charges", "POST /shipments", $"DELETE /charges/{saga}"]);
        run.Service.Requests.Last().Key.ShouldBe($"{saga}/charge/compensate/1");
        (await run.FailureAsync()).ShouldBe("HTTP_422");
        (await run.FailureAsync("message")).ShouldBe($"{run.Service.Host} answered 422 Unprocessable Entity.");
    }

    [Proves("http-refuses")]
    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(422)]
    public async Task Execute_RefusedForGood_FailsAtOnceAndHasNothingToUndo(int status)
    {
        await using var run = await HttpRun.StartAsync(
            Charge, Ct, (_, context) => HttpService.JsonAsync(context, status, """{"secret":"of the service"}"""));

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Select(x => x.Method).ShouldBe(["POST"]);
        (await run.EndsAsync()).ShouldBe([$"StepFailed:HTTP_{status}"]);
    }

    [Proves("http-not-served")]
    [Theory]
    [InlineData(408)]
    [InlineData(423)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Execute_NotServed_IsRepeatedUnderANewKeyAndHasNothingToUndo(int status)
    {
        await using var run = await HttpRun.StartAsync(Charge, Ct, (_, context) => HttpService.StatusAsync(context, status));

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Select(x => x.Key[^9..]).ShouldBe(["execute/1", "execute/2"]);
        (await run.EndsAsync()).ShouldBe([$"StepFailed:HTTP_{status}", $"StepFailed:HTTP_{status}"]);
    }

    [Proves("http-outcome-unknown")]
    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    [InlineData(499)]
    [InlineData(520)]
    [InlineData(524)]
    public async Task Execute_OutcomeUnknown_IsRepeatedUnderTheSameKeyAndThenUndone(int status)
    {
        await using var run = await HttpRun.StartAsync(Charge, Ct, (request, context) =>
            HttpService.StatusAsync(context, request.Method == "POST" ? status : 200));

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Select(x => x.Method).ShouldBe(["POST", "POST", "DELETE"]);
        run.Service.Requests.Take(2).Select(x => x.Key).Distinct().ShouldHaveSingleItem();
        (await run.EndsAsync()).ShouldBe([$"StepOutcomeUnknown:HTTP_{status}", $"StepOutcomeUnknown:HTTP_{status}"]);
    }

    [Proves("http-retry-on")]
    [Fact]
    public async Task Execute_DefinitionSaysToRepeatA404_ItIsRepeatedUnderANewKey()
    {
        var status = new Queue<int>([404, 200]);
        await using var run = await HttpRun.StartAsync(
            Charge.Replace("\"body\"", "\"retryOn\": [404], \"body\"", StringComparison.Ordinal),
            Ct,
            (_, context) => HttpService.StatusAsync(context, status.Dequeue()));

        await run.RunAsync("Completed", Ct);

        run.Service.Requests.Select(x => x.Key[^9..]).ShouldBe(["execute/1", "execute/2"]);
    }

    [Fact]
    public async Task Execute_RefusedAfterAnAttemptOfUnknownOutcome_SettlesNothing()
    {
        var status = new Queue<int>([500, 409, 503, 402, 200]);
        await using var run = await HttpRun.StartAsync(
            Charge,
            Ct,
            (_, context) => HttpService.StatusAsync(context, status.Dequeue()),
            settings: ("Sagas:Steps:Retries", "5"));

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Select(x => x.Method).ShouldBe(["POST", "POST", "POST", "POST", "DELETE"]);
        run.Service.Requests.Take(4).Select(x => x.Key).Distinct().ShouldHaveSingleItem();
        (await run.EndsAsync()).ShouldBe(
        [
            "StepOutcomeUnknown:HTTP_500", "StepOutcomeUnknown:HTTP_409", "StepOutcomeUnknown:HTTP_503",
            "StepOutcomeUnknown:HTTP_402",
        ]);
    }

    [Fact]
    public async Task Compensate_OutcomeUnknownToTheEnd_SuspendsWithTheCode()
    {
        await using var run = await HttpRun.StartAsync(Charge, Ct, (_, context) => HttpService.StatusAsync(context, 500));

        await run.RunAsync("Suspended", Ct);

        run.Service.Requests.Select(x => x.Method).ShouldBe(["POST", "POST", "DELETE", "DELETE"]);
        run.Service.Requests.Skip(2).Select(x => x.Key).Distinct().ShouldHaveSingleItem();
        (await run.FailureAsync()).ShouldBe("HTTP_500");
    }

    [Proves("http-not-served")]
    [Theory]
    [InlineData("2")]
    [InlineData(null)]
    public async Task RetryAfter_InSecondsOrAsADate_IsWaitedForEvenByTheNextWorker(string? seconds)
    {
        var isFirst = true;
        await using var run = await HttpRun.StartAsync(Charge, Ct, (_, context) =>
        {
            var wish = seconds ?? DateTimeOffset.UtcNow.AddSeconds(3).ToString("R");
            (var status, isFirst) = (isFirst ? 503 : 200, false);
            return HttpService.StatusAsync(context, status, retryAfter: status == 503 ? wish : null);
        });
        var saga = await run.BeginAsync(Ct);
        await Eventually.BecomesAsync(() => run.Worker.ScalarAsync(
            "select count(*) from saga_history where event = 'StepFailed'"), 1L, Ct);

        await run.Worker.StopAsync(Ct);
        await run.Worker.StartAgainAsync(Ct);
        await run.Worker.UntilStateAsync(saga, "Completed", Ct);

        var requests = run.Service.Requests.ToArray();
        requests.Select(x => x.Key[^9..]).ShouldBe(["execute/1", "execute/2"]);
        (requests[1].At - requests[0].At).ShouldBeGreaterThan(TimeSpan.FromSeconds(1.8));
    }

    [Proves("http-not-served")]
    [Fact]
    public async Task Execute_NobodyListens_HasNoEffectForCertain()
    {
        await using var run = await HttpRun.StartAsync(
            """
            { "name": "charge", "http": { "method": "POST", "url": "http://127.0.0.1:1/charges" },
              "compensation": { "http": { "method": "DELETE", "url": "$URL/charges" } } }
            """,
            Ct,
            alsoAllowed: "127.0.0.1:1");

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.ShouldBeEmpty();
        (await run.EndsAsync()).ShouldBe(["StepFailed:HTTP_NOT_REACHED", "StepFailed:HTTP_NOT_REACHED"]);
    }

    /// <summary>The connection is made, and no TLS comes about over it: the connect timeout.</summary>
    [Fact]
    public async Task Execute_ConnectionIsNotReadyInTime_HasNoEffectForCertain()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var host = $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}";
        await using var run = await HttpRun.StartAsync(
            $$"""
            { "name": "charge", "http": { "method": "POST", "url": "https://{{host}}/charges" },
              "compensation": { "http": { "method": "DELETE", "url": "$URL/charges" } } }
            """,
            Ct,
            alsoAllowed: host,
            settings: ("Sagas:Http:ConnectTimeout", "200ms"));

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.ShouldBeEmpty();
        (await run.EndsAsync()).ShouldBe(["StepFailed:HTTP_NOT_REACHED", "StepFailed:HTTP_NOT_REACHED"]);
    }

    /// <summary>What it would do then might come after the step's compensation.</summary>
    [Proves("http-command-late")]
    [Fact]
    public async Task Execute_DeadlineIsOver_IsNotCalled()
    {
        await using var run = await HttpRun.StartAsync(
            Charge, Ct, settings: ("Logging:LogLevel:Sagas.Orchestration.HttpSteps", "Debug"));
        var late = Guid.NewGuid();
        var steps = await run.Worker.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("exchange:sagas.http"));

        await run.RunAsync("Completed", Ct);
        await steps.Send(
            new ExecuteStep
            {
                SagaId = late,
                SagaName = "order",
                SagaVersion = 1,
                Step = "charge",
                Attempt = 1,
                IdempotencyKey = "late",
                Input = JsonElement.Parse("""{"id":"4711"}"""),
                Results = JsonElement.Parse("{}"),
                Deadline = DateTimeOffset.UtcNow.AddMilliseconds(-1),
            },
            Ct);

        await Eventually.HoldsAsync(
            "the word that it is over",
            () => Task.FromResult(run.Worker.Log.Any(x => x.Contains($"{late} is over", StringComparison.Ordinal))),
            Ct);
        run.Service.Requests.ShouldHaveSingleItem().Key.ShouldNotBe("late");
    }

    /// <summary>What a service wants to have remembered of one saga must not reach it with another.</summary>
    [Fact]
    public async Task Execute_ServiceSetsACookie_ItIsNotSentBack()
    {
        await using var run = await HttpRun.StartAsync(Charge, Ct, (_, context) =>
        {
            context.Response.Cookies.Append("session", "of-this-saga");
            return HttpService.StatusAsync(context, 200);
        });

        await run.RunAsync("Completed", Ct);
        await run.RunAsync("Completed", Ct);

        run.Service.Requests.Count.ShouldBe(2);
        run.Service.Requests.ShouldAllBe(x => !x.Headers.ContainsKey("Cookie"));
    }

    [Proves("http-outcome-unknown")]
    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task Execute_ConnectionBreaksAfterTheRequest_IsUnknownAndWasSentOnce(string method)
    {
        // The first step leaves an open connection, which the second one takes: where such a connection breaks, HTTP
        // clients like to send a request again by themselves, and would find nobody there the second time.
        await using var run = await HttpRun.StartAsync(
            """{ "name": "look", "http": { "method": "GET", "url": "$URL/look" } },"""
            + Charge.Replace("POST", method, StringComparison.Ordinal),
            Ct,
            (request, context) => request.ToString() == $"{method} /charges"
                ? HttpService.AbortAsync(context)
                : HttpService.StatusAsync(context, 200));

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Select(x => x.Method).ShouldBe(["GET", method, method, "DELETE"]);
        (await run.EndsAsync()).ShouldBe(["StepOutcomeUnknown:HTTP_CONNECTION_LOST", "StepOutcomeUnknown:HTTP_CONNECTION_LOST"]);
    }

    [Theory]
    [InlineData("{ }", "/charges/{input.missing}", null, "HTTP_PLACEHOLDER_MISSING")]
    [InlineData("""{"id":null}""", "/charges/{input.id}", null, "HTTP_PLACEHOLDER_MISSING")]
    [InlineData("{ }", "/charges", "{input.a.b}", "HTTP_PLACEHOLDER_MISSING")]
    [InlineData("""{"id":{}}""", "/charges/{input.id}", null, "HTTP_PLACEHOLDER_INVALID")]
    [InlineData("""{"id":""}""", "/charges/{input.id}", null, "HTTP_PLACEHOLDER_INVALID")]
    [InlineData("""{"id":".."}""", "/charges/{input.id}", null, "HTTP_PLACEHOLDER_INVALID")]
    [InlineData("""{"id":"a/../../admin"}""", "/charges/{input.id}", null, "HTTP_PLACEHOLDER_INVALID")]
    public async Task Execute_PlaceholderWithoutAFitValue_FailsBeforeAnyCall(
        string input, string path, string? body, string code)
    {
        await using var run = await HttpRun.StartAsync(
            $$"""
            { "name": "charge", "http": { "method": "POST", "url": "$URL{{path}}", "body": "{{body ?? "x"}}" },
              "compensation": { "http": { "method": "DELETE", "url": "$URL/charges" } } }
            """,
            Ct);

        await run.RunAsync("Compensated", Ct, input);

        run.Service.Requests.ShouldBeEmpty();
        (await run.EndsAsync()).ShouldBe([$"StepFailed:{code}"]);
        (await run.FailureAsync("message")).ShouldBeOfType<string>().ShouldContain("{input.");
    }

    [Proves("http-input-chooses-target")]
    [Fact]
    public async Task Execute_HeaderValueWithLineBreak_FailsBeforeAnyCall()
    {
        await using var run = await HttpRun.StartAsync(
            """{ "name": "charge", "http": { "method": "POST", "url": "$URL/charges", "headers": { "X-A": "{input.a}" } } }""",
            Ct);

        await run.RunAsync("Compensated", Ct, """{"a":"x\r\nAuthorization: evil"}""");

        run.Service.Requests.ShouldBeEmpty();
        (await run.FailureAsync("message")).ShouldBe(
            "The value of {input.a} in header X-A has a line break or another character that no header may have.");
    }

    [Proves("http-worker-dies-in-call")]
    [Fact]
    public async Task Kill_InTheMiddleOfACall_IsCalledAgainUnderTheSameKey()
    {
        var isFirst = true;
        await using var run = await HttpRun.StartAsync(
            Charge.Replace("\"compensation\"", "\"timeout\": \"2s\", \"compensation\"", StringComparison.Ordinal),
            Ct,
            (_, context) =>
            {
                (var hangs, isFirst) = (isFirst, false);
                return hangs ? HttpService.HangAsync(context) : HttpService.StatusAsync(context, 200);
            },
            settings: ("Sagas:Transport:StopTimeout", "1s"));
        var saga = await run.BeginAsync(Ct);
        await Eventually.HoldsAsync("the call", () => Task.FromResult(run.Service.Requests.Count == 1), Ct);

        await run.Worker.StopAsync(Ct);
        await run.Worker.StartAgainAsync(Ct);

        await run.Worker.UntilStateAsync(saga, "Completed", Ct);
        run.Service.Requests.Count.ShouldBe(2);
        run.Service.Requests.Select(x => x.Key).Distinct().ShouldHaveSingleItem();
    }
}
