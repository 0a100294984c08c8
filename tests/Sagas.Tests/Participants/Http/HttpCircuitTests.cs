using Microsoft.Extensions.DependencyInjection;
using Sagas.Orchestration.Resilience;

namespace Sagas.Tests.Participants.Http;

/// <summary>
/// A destination's circuit breaker between a saga and its service, in the whole worker, on a clock that stands still.
/// </summary>
public sealed class HttpCircuitTests
{
    private const string Charge = """
        { "name": "charge", "http": { "method": "POST", "url": "$URL/charges" },
          "compensation": { "http": { "method": "DELETE", "url": "$URL/charges" } } }
        """;

    private readonly FakeClock _clock = new();
    private int _status = 503;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>One retry is allowed: were a wait an attempt, the saga would turn back.</summary>
    [Proves("http-keeps-failing")]
    [Fact]
    public async Task Execute_CircuitIsOpen_WaitsUncountedUntilItMayCloseAndGoesOn()
    {
        await using var run = await StartAsync();
        await run.BeginAsync(Ct);
        await run.UntilHistoryAsync("StepFailed", 1, Ct);
        await run.GoOnAsync("StepDeferred", 1, Ct);

        (await run.DueAtAsync() - _clock.GetUtcNow().UtcDateTime).TotalSeconds.ShouldBeInRange(57, 90);
        (await run.Worker.RowsAsync("select status, attempts, waits_for from saga_step")).ShouldHaveSingleItem()
            .ShouldBe(["Running", 2L, "CIRCUIT_OPEN"]);
        (await run.Worker.ScalarAsync("select current_step || ' / ' || why from saga_overview")).ShouldBe(
            $"charge, attempt 2, waits: CIRCUIT_OPEN / CIRCUIT_OPEN: The circuit breaker of {run.Service.Host} is open: its "
            + "last calls failed. (charge)");
        run.Service.Requests.Count.ShouldBe(1);

        _status = 200;
        await run.GoOnAsync("SagaCompleted", 1, Ct);

        run.Service.Requests.Select(x => x.Key[^9..]).ShouldBe(["execute/1", "execute/2"]);
        (await run.HistoryAsync()).ShouldBe(
        [
            "SagaStarted", "StepSent #1", "StepFailed #1", "StepSent #2", "StepDeferred #2", "StepSent #2",
            "StepSucceeded #2", "SagaCompleted",
        ]);
    }

    [Proves("http-never-back")]
    [Fact]
    public async Task Execute_CircuitStaysOpen_DoesNotFillTheHistory()
    {
        await using var run = await StartAsync(("Sagas:CircuitBreaker:OpenDuration", "1h"));
        await run.BeginAsync(Ct);
        await run.UntilHistoryAsync("StepFailed", 1, Ct);

        await run.GoOnAsync("StepDeferred", 4, Ct);

        (await run.Worker.RowsAsync("select detail ->> 'waits' from saga_history where event = 'StepDeferred' order by sequence"))
            .Select(x => x[0]).ShouldBe([1L, 2L, 4L, 8L]);
        run.Service.Requests.Count.ShouldBe(1);
        (await run.Worker.ScalarAsync("select waits_for from saga_step")).ShouldBe("CIRCUIT_OPEN");
    }

    [Proves("http-never-back")]
    [Fact]
    public async Task Execute_OperatorHasResetTheCircuit_CallsAgain()
    {
        await using var run = await StartAsync(("Sagas:CircuitBreaker:OpenDuration", "1h"));
        await run.BeginAsync(Ct);
        await run.UntilHistoryAsync("StepFailed", 1, Ct);
        await run.GoOnAsync("StepDeferred", 1, Ct);
        var breakers = run.Worker.Services.GetRequiredService<CircuitBreakers>();
        breakers.List().ShouldHaveSingleItem().State.ShouldBe(CircuitState.Open);

        breakers.Reset(run.Service.Host).ShouldBeTrue();
        _status = 200;

        await run.GoOnAsync("SagaCompleted", 1, Ct);
        breakers.List().ShouldHaveSingleItem().State.ShouldBe(CircuitState.Closed);
    }

    /// <summary>
    /// Behind one entry of the allow-list there may be many destinations: each has its own circuit breaker.
    /// </summary>
    [Fact]
    public async Task Execute_TwoHostsOfOneWildcard_AreTwoDestinations()
    {
        await using var unwell = await HttpService.StartAsync(Ct);
        await using var well = await HttpService.StartAsync(Ct, $"127.1.0.1:{unwell.Url.Port}");
        unwell.Answer = (_, context) => HttpService.StatusAsync(context, 503);
        await using var run = await HttpRun.StartAsync(
            $$"""
            { "name": "first", "http": { "method": "POST", "url": "{{well.Url}}" } },
            { "name": "second", "http": { "method": "POST", "url": "{{unwell.Url}}" } }
            """,
            Ct,
            alsoAllowed: $"*.0.1:{unwell.Url.Port}",
            settings: Trips);

        await run.BeginAsync(Ct);
        await run.UntilHistoryAsync("StepDeferred", 1, Ct);
        await run.BeginAsync(Ct);
        await run.UntilHistoryAsync("StepDeferred", 2, Ct);

        run.Worker.Services.GetRequiredService<CircuitBreakers>().List().Select(x => (x.Destination, x.State)).ShouldBe(
            [(unwell.Host, CircuitState.Open), (well.Host, CircuitState.Closed)]);
        (unwell.Requests.Count, well.Requests.Count).ShouldBe((1, 2));
    }

    /// <summary>The first failure opens the circuit.</summary>
    private static (string Key, string Value)[] Trips =>
        [("Sagas:CircuitBreaker:Failures", "1"), ("Sagas:CircuitBreaker:MinimumCalls", "1"), ("Sagas:CircuitBreaker:Successes", "1")];

    private Task<HttpRun> StartAsync(params (string Key, string Value)[] settings) => HttpRun.StartAsync(
        Charge, Ct, (_, context) => HttpService.StatusAsync(context, _status), clock: _clock, settings: [.. Trips, .. settings]);
}
