namespace Sagas.Tests.Participants.Http;

/// <summary>
/// Redirects go to hosts that may be called, with a clear meaning, and secrets stay where they belong.
/// </summary>
public sealed class HttpRedirectTests
{
    private const string Charge = """
        { "name": "charge",
          "http": { "method": "POST", "url": "$URL/charges", "headers": { "X-Key": { "secret": "Token" }, "X-A": "a" }, "body": { "a": 1 } },
          "compensation": { "http": { "method": "DELETE", "url": "$URL/charges" } } }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirect_ToThatHost_RepeatsTheRequestWithItsSecrets(int status)
    {
        await using var run = await HttpRun.StartAsync(Charge, Ct, (request, context) =>
            HttpService.StatusAsync(context, request.Target == "/charges" ? status : 200, "/v2/charges"));

        await run.RunAsync("Completed", Ct);

        var last = run.Service.Requests.Last();
        last.ToString().ShouldBe("POST /v2/charges");
        last.Body.ShouldBe("""{"a":1}""");
        last.Headers["X-Key"].ShouldBe(HttpRun.Secret);
        last.Key.ShouldBe(run.Service.Requests.First().Key);
    }

    [Proves("http-redirect-not-allowed")]
    [Fact]
    public async Task Redirect_ToAnotherAllowedHost_LeavesTheSecretsBehind()
    {
        await using var other = await HttpService.StartAsync(Ct);
        await using var run = await HttpRun.StartAsync(
            Charge,
            Ct,
            (_, context) => HttpService.StatusAsync(context, 307, new Uri(other.Url, "/charges").ToString()),
            alsoAllowed: other.Host);

        await run.RunAsync("Completed", Ct);

        var request = other.Requests.ShouldHaveSingleItem();
        request.Headers.ContainsKey("X-Key").ShouldBeFalse();
        request.Headers["X-A"].ShouldBe("a");
        request.Body.ShouldBe("""{"a":1}""");
    }

    /// <summary>It has not acted yet: the engine knows why the step waits, and counts nothing.</summary>
    [Proves("http-redirect-not-allowed")]
    [Fact]
    public async Task Redirect_ToAnotherHost_WaitsUncountedUntilAWorkerMayFollow()
    {
        await using var other = await HttpService.StartAsync(Ct);
        await using var run = await HttpRun.StartAsync(
            Charge, Ct, (_, context) => HttpService.StatusAsync(context, 307, new Uri(other.Url, "/secret/path").ToString()));
        var saga = await run.BeginAsync(Ct);
        await run.UntilHistoryAsync("StepDeferred", 2, Ct);

        other.Requests.ShouldBeEmpty();
        (await run.Worker.RowsAsync("select status, attempts, waits_for from saga_step")).ShouldHaveSingleItem()
            .ShouldBe(["Running", 1L, "HTTP_HOST_NOT_ALLOWED"]);
        await using var able = await run.StartAnotherAsync(other.Host, Ct);
        await run.Worker.UntilStateAsync(saga, "Completed", Ct);

        other.Requests.ShouldHaveSingleItem().ToString().ShouldBe("POST /secret/path");
        run.Service.Requests.Select(x => x.Key).Distinct().ShouldHaveSingleItem();
        (await run.EndsAsync()).ShouldBeEmpty();
    }

    /// <summary>
    /// A 303 follows what was done: the engine must not be told that nothing was, and the call is repeated under its key.
    /// </summary>
    [Proves("http-redirect-not-allowed")]
    [Fact]
    public async Task SeeOther_AtAnotherHost_IsAskedByAWorkerThatMay()
    {
        await using var other = await HttpService.StartAsync(Ct);
        other.Answer = (_, context) => HttpService.JsonAsync(context, 200, """{"id":1}""");
        await using var run = await HttpRun.StartAsync(
            Charge, Ct, (_, context) => HttpService.StatusAsync(context, 303, new Uri(other.Url, "/charges/1").ToString()));
        var saga = await run.BeginAsync(Ct);
        await Eventually.HoldsAsync("the second call", () => Task.FromResult(run.Service.Requests.Count > 1), Ct);

        other.Requests.ShouldBeEmpty();
        await using var able = await run.StartAnotherAsync(other.Host, Ct);
        await run.Worker.UntilStateAsync(saga, "Completed", Ct);

        other.Requests.ShouldHaveSingleItem().ToString().ShouldBe("GET /charges/1");
        run.Service.Requests.Select(x => x.Key).Distinct().ShouldHaveSingleItem();
        (await run.HistoryAsync()).ShouldAllBe(x => !x.StartsWith("StepDeferred", StringComparison.Ordinal));
        (await run.EndsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(307, "file:///etc/passwd")]
    [InlineData(308, "ftp://files.example/")]
    [InlineData(308, "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66")]
    [InlineData(307, null)]
    public async Task Redirect_ToWhereNobodyMayGo_IsRefusedForGood(int status, string? location)
    {
        await using var run = await HttpRun.StartAsync(
            Charge, Ct, (_, context) => HttpService.StatusAsync(context, status, location));

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Count.ShouldBe(1);
        (await run.EndsAsync()).ShouldBe(["StepFailed:HTTP_REDIRECT_REFUSED"]);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    public async Task Redirect_ThatDoesNotSayWhetherToRepeat_IsRefusedAndTheStepUndone(int status)
    {
        await using var run = await HttpRun.StartAsync(Charge, Ct, (request, context) =>
            HttpService.StatusAsync(context, request.Method == "POST" ? status : 200, "/login"));

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Select(x => x.ToString()).ShouldBe(["POST /charges", "DELETE /charges"]);
        (await run.EndsAsync()).ShouldBe(["StepOutcomeUnknown:HTTP_REDIRECT_REFUSED"]);
    }

    [Fact]
    public async Task SeeOther_IsAskedForTheResult()
    {
        await using var run = await HttpRun.StartAsync(Charge, Ct, (request, context) => request.Method == "POST"
            ? HttpService.StatusAsync(context, 303, "/charges/1")
            : HttpService.JsonAsync(context, 200, """{"id":1}"""));

        await run.RunAsync("Completed", Ct);

        run.Service.Requests.Select(x => x.ToString()).ShouldBe(["POST /charges", "GET /charges/1"]);
        run.Service.Requests.Last().Body.ShouldBeEmpty();
        (await run.Worker.ScalarAsync("select results from saga_state")).ShouldBe("""{"charge":{"id":1}}""");
    }

    [Fact]
    public async Task SeeOther_ResultIsNotThere_TheStepMayHaveActedAndIsUndone()
    {
        await using var run = await HttpRun.StartAsync(Charge, Ct, (request, context) => request.Method switch
        {
            "POST" => HttpService.StatusAsync(context, 303, "/charges/1"),
            "GET" => HttpService.StatusAsync(context, 404),
            _ => HttpService.StatusAsync(context, 200),
        });

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Last().Method.ShouldBe("DELETE");
        (await run.EndsAsync()).ShouldBe(["StepOutcomeUnknown:HTTP_404"]);
    }

    [Fact]
    public async Task Redirect_InCircles_Ends()
    {
        await using var run = await HttpRun.StartAsync(
            Charge, Ct, (_, context) => HttpService.StatusAsync(context, 307, "/charges"), settings: ("Sagas:Http:MaxRedirects", "2"));

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Count.ShouldBe(3);
        (await run.EndsAsync()).ShouldBe(["StepFailed:HTTP_REDIRECT_REFUSED"]);
    }
}
