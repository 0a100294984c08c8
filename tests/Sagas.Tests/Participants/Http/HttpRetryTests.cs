namespace Sagas.Tests.Participants.Http;

/// <summary>
/// When the attempts of HTTP steps follow one another, on a clock that stands still unless it is told to go on.
/// </summary>
public sealed class HttpRetryTests
{
    private readonly FakeClock _clock = new();
    private int _status = 503;
    private Func<string?> _retryAfter = () => null;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", 4)]
    [InlineData("\"critical\": true,", 6)]
    public async Task Execute_NeverServed_IsTriedAsOftenAsTheDefaultsSayWithDoublingPauses(string critical, int attempts)
    {
        await using var run = await StartAsync(critical);
        await run.BeginAsync(Ct);

        await run.GoOnAsync("SagaCompensated", 1, Ct);

        run.Service.Requests.Count.ShouldBe(attempts);
        var (pauses, sent) = (await run.RetryPausesAsync(), await run.PausesAsync("StepFailed", "StepSent"));
        (pauses.Count, sent.Count).ShouldBe((attempts - 1, attempts - 1));
        for (var retry = 0; retry < pauses.Count; retry++)
        {
            pauses[retry].ShouldBeInRange(0.9 * Math.Pow(2, retry), 1.1 * Math.Pow(2, retry), $"pause {retry + 1}");
            sent[retry].ShouldBeGreaterThanOrEqualTo(pauses[retry] - 0.001);
        }
    }

    [Proves("http-worker-dies-before-retry")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Kill_WhileARetryIsWaitedFor_GoesOnWithTheNextAttemptWhenTheServiceWishes(bool isDate)
    {
        _retryAfter = () => isDate ? _clock.GetUtcNow().AddSeconds(30).ToString("R") : "30";
        await using var run = await StartAsync();
        await run.BeginAsync(Ct);
        await run.UntilHistoryAsync("StepFailed", 1, Ct);

        await run.UntilAllIsSentAsync(Ct);
        await run.Worker.KillAsync();
        _clock.Advance(10);
        _status = 200;
        await run.Worker.StartAgainAsync(Ct);
        await run.GoOnAsync("SagaCompleted", 1, Ct);

        run.Service.Requests.Select(x => x.Key[^9..]).ShouldBe(["execute/1", "execute/2"]);
        (await run.RetryPausesAsync()).ShouldHaveSingleItem().ShouldBe(30, 0.001);
        (await run.PausesAsync("StepFailed", "StepSent")).ShouldHaveSingleItem().ShouldBeInRange(30, 60);
        (await run.HistoryAsync()).Where(x => x.StartsWith("StepS", StringComparison.Ordinal)).ShouldBe(
            ["StepSent #1", "StepSent #2", "StepSucceeded #2"]);
    }

    [Proves("http-not-served")]
    [Theory]
    [InlineData("2147483648", 3600)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 3600)]
    [InlineData("Sun, 01 Jan 20260 00:00:00 GMT", 3600)]
    [InlineData("soon", 1)]
    public async Task RetryAfter_BeyondAllBounds_IsAnHourAndOneThatIsNoneIsSaid(string retryAfter, double pause)
    {
        _retryAfter = () => retryAfter;
        await using var run = await StartAsync();
        await run.BeginAsync(Ct);
        await run.UntilHistoryAsync("StepFailed", 1, Ct);

        (await run.RetryPausesAsync()).ShouldHaveSingleItem().ShouldBe(pause, 0.1 * pause);
        (await run.Worker.ScalarAsync("select count(*) from saga_history where detail ->> 'message' like '%Its Retry-After is neither%'"))
            .ShouldBe(retryAfter == "soon" ? 1L : 0L);
    }

    /// <summary>Silent for as long as a step may take, where a call may take longer than that.</summary>
    [Trait("Pace", "Slow")]
    [Fact]
    public async Task Execute_ServiceIsSilent_TimesOutAfterSixtySecondsEachTimeAndIsUndone()
    {
        await using var run = await StartAsync("", ("Sagas:ExternalCall:Timeout", "1h"), ("Sagas:ExternalCall:ResponseTimeout", "1h"));
        run.Service.Answer = (request, context) =>
            request.Method == "POST" ? HttpService.HangAsync(context) : HttpService.StatusAsync(context, 200);
        await run.BeginAsync(Ct);

        await run.GoOnAsync("StepTimedOut", 4, Ct, isServiceSilent: true);
        await run.GoOnAsync("SagaCompensated", 1, Ct);

        (await run.EndsAsync()).ShouldBe(Enumerable.Repeat("StepTimedOut:STEP_EXECUTION_TIMEOUT", 4));
        (await run.PausesAsync("StepSent", "StepTimedOut")).ShouldAllBe(x => x >= 60 && x < 90);
        run.Service.Requests.Select(x => x.Method).Distinct().ShouldBe(["POST", "DELETE"]);
        run.Service.Requests.Where(x => x.Method == "POST").Select(x => x.Key).Distinct().ShouldHaveSingleItem();
        (await run.FailureAsync()).ShouldBe("STEP_EXECUTION_TIMEOUT");
    }

    /// <summary>A call may take 45 seconds, of which its response has 40.</summary>
    [Proves("http-silent")]
    [Theory]
    [InlineData("HTTP_RESPONSE_TIMEOUT", "40s", 40)]
    [InlineData("HTTP_CALL_TIMEOUT", "45s", 45)]
    public async Task Execute_CallIsTooSlow_IsOfUnknownOutcomeAndUndone(string code, string responseTimeout, double seconds)
    {
        await using var run = await StartAsync("", ("Sagas:ExternalCall:ResponseTimeout", responseTimeout), ("Sagas:Steps:Retries", "0"));
        var isAsked = new TaskCompletionSource();
        run.Service.Answer = (request, context) =>
        {
            isAsked.TrySetResult();
            return request.Method == "POST" ? HttpService.HangAsync(context) : HttpService.StatusAsync(context, 200);
        };
        await run.BeginAsync(Ct);
        await isAsked.Task.WaitAsync(Ct);
        await run.UntilAllIsSentAsync(Ct);

        _clock.Advance(seconds);
        await run.GoOnAsync("SagaCompensated", 1, Ct);

        (await run.EndsAsync()).ShouldBe([$"StepOutcomeUnknown:{code}"]);
        (await run.PausesAsync("StepSent", "StepOutcomeUnknown")).ShouldHaveSingleItem().ShouldBeInRange(seconds, seconds + 10);
        run.Service.Requests.Select(x => x.Method).ShouldBe(["POST", "DELETE"]);
        (await run.FailureAsync()).ShouldBe(code);
    }

    private Task<HttpRun> StartAsync(string critical = "", params (string Key, string Value)[] settings) => HttpRun.StartAsync(
        $$"""
        { "name": "charge", {{critical}} "http": { "method": "POST", "url": "$URL/charges" },
          "compensation": { "http": { "method": "DELETE", "url": "$URL/charges" } } }
        """,
        Ct,
        (_, context) => HttpService.StatusAsync(context, _status, retryAfter: _status == 503 ? _retryAfter() : null),
        clock: _clock,
        settings: [("Sagas:Steps:Interval", "1s"), ("Sagas:Steps:Retries", "3"), .. settings]);
}
