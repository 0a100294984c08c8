using Sagas.Orchestration.HttpSteps;
using Sagas.Orchestration.Resilience;

namespace Sagas.Tests.Resilience;

public sealed class DestinationGuardTests : IDisposable
{
    private const string Payments = "payments.example:443";
    private const string Stock = "stock.example:443";

    private readonly GuardFixture _fixture = new();

    [Fact]
    public async Task Run_AllIsWell_GivesTheAnswer()
    {
        (await _fixture.CallAsync(Payments)).ShouldBe(new GuardedCall.Answered(GuardFixture.Well));

        _fixture.Metric("sagas.circuit_breaker.calls", ("saga.destination", Payments), ("saga.outcome", "succeeded"))
            .ShouldBe(1);
    }

    [Fact]
    public async Task Run_CircuitIsOpen_IsPutOffUntilItMayCloseWithoutACall()
    {
        await _fixture.OpenAsync(Payments);
        _fixture.Clock.Advance(15);

        var call = await _fixture.Guard.RunAsync(
            Payments, "order/charge-card", 0, _ => throw new InvalidOperationException("It was called."), _fixture.Stop.Token);

        var deferred = call.ShouldBeOfType<GuardedCall.Deferred>();
        (deferred.Code, deferred.Wait).ShouldBe((DeferralCodes.CircuitOpen, TimeSpan.FromSeconds(45)));
        deferred.Message.ShouldContain(Payments);
        _fixture.Metric("sagas.circuit_breaker.calls", ("saga.destination", Payments), ("saga.outcome", "failed"))
            .ShouldBe(10);
        _fixture.Metric("sagas.circuit_breaker.calls", ("saga.destination", Payments), ("saga.outcome", "rejected"))
            .ShouldBe(1);
        _fixture.Metric("sagas.circuit_breaker.state", ("saga.destination", Payments)).ShouldBe(2);
    }

    [Fact]
    public async Task Run_CircuitOfAnotherDestinationIsOpen_GoesThrough()
    {
        await _fixture.OpenAsync(Payments);

        (await _fixture.CallAsync(Stock)).ShouldBeOfType<GuardedCall.Answered>();
    }

    [Fact]
    public async Task Run_RefusalsOfTheRequest_DoNotOpenTheCircuit()
    {
        for (var call = 0; call < 50; call++)
        {
            await _fixture.CallAsync(Payments, new HttpStepAnswer.Failed("HTTP_422", "No.", Retryable: false));
        }

        _fixture.Breakers.List().ShouldHaveSingleItem().State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task Run_TheCallThrows_IsAFailureAndReachesTheCaller()
    {
        for (var call = 0; call < 10; call++)
        {
            await Should.ThrowAsync<InvalidOperationException>(_fixture.Guard.RunAsync(
                Payments, "order/charge-card", 0, _ => throw new InvalidOperationException("A mistake."), _fixture.Stop.Token));
        }

        _fixture.Breakers.List().ShouldHaveSingleItem().State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public async Task Run_TheCallHangs_IsBrokenOffAfterFortyFiveSecondsAndAnswersForItself()
    {
        var call = _fixture.HangAsync(Payments);
        _fixture.Clock.Advance(44.9);
        call.IsCompleted.ShouldBeFalse();

        _fixture.Clock.Advance(0.1);

        (await call).ShouldBeOfType<GuardedCall.Answered>().Answer.ShouldBeOfType<HttpStepAnswer.Unknown>();
    }

    /// <summary>Nothing was called: however long the line, the attempt is not counted.</summary>
    [Fact]
    public async Task Run_ItsTimeIsOverWhileItWaitsInLine_IsPutOff()
    {
        using var fixture = new GuardFixture(x => x.MaxWait = TimeSpan.FromMinutes(1));
        var end = new TaskCompletionSource();
        var deaf = Enumerable.Range(0, 5).Select(_ => fixture.Guard.RunAsync(
            Payments,
            "order/charge-card",
            0,
            async _ =>
            {
                await end.Task;
                return GuardFixture.Well;
            },
            fixture.Stop.Token)).ToList();
        var waiting = fixture.CallAsync(Payments);

        fixture.Clock.Advance(45);

        var deferred = (await waiting).ShouldBeOfType<GuardedCall.Deferred>();
        deferred.Code.ShouldBe(DeferralCodes.BulkheadFull);
        deferred.Message.ShouldBe($"Sagas:ExternalCall:Timeout passed while a call to {Payments} waited in line.");
        end.SetResult();
        await Task.WhenAll(deaf);
    }

    [Fact]
    public async Task Run_TheWorkerStopsWhileItWaitsInLine_IsCancelled()
    {
        var hanging = Enumerable.Range(0, 5).Select(_ => _fixture.HangAsync(Payments)).ToList();
        var waiting = _fixture.CallAsync(Payments);

        await _fixture.Stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
        (await Task.WhenAll(hanging)).ShouldAllBe(call => call is GuardedCall.Answered);
        _fixture.Breakers.List().ShouldHaveSingleItem().Calls.ShouldBe(5);
    }

    [Fact]
    public async Task Changes_EachState_IsLoggedOnce()
    {
        await _fixture.OpenAsync(Payments);
        await _fixture.CallAsync(Payments);
        await _fixture.CallAsync(Payments);
        _fixture.Clock.Advance(60);
        for (var call = 0; call < 3; call++)
        {
            await _fixture.CallAsync(Payments);
        }

        _fixture.Log.ShouldBe(
        [
            $"The circuit breaker of {Payments} is open for 00:01:00: 10 of its last 10 calls failed",
            $"The circuit breaker of {Payments} is HalfOpen: the time is over for which it was open",
            $"The circuit breaker of {Payments} is Closed: 3 calls succeeded",
        ]);
        _fixture.Metric("sagas.circuit_breaker.changes", ("saga.circuit.state", "open")).ShouldBe(1);
        _fixture.Metric("sagas.circuit_breaker.changes", ("saga.circuit.state", "closed")).ShouldBe(1);
        _fixture.Metric("sagas.circuit_breaker.state").ShouldBe(0);
    }

    [Fact]
    public async Task Reset_ByAnOperator_LetsCallsThroughAgain()
    {
        await _fixture.OpenAsync(Payments);

        _fixture.Breakers.Reset(Payments).ShouldBeTrue();

        (await _fixture.CallAsync(Payments)).ShouldBeOfType<GuardedCall.Answered>();
        _fixture.Breakers.Reset("nobody.example:443").ShouldBeFalse();
    }

    public void Dispose() => _fixture.Dispose();
}
