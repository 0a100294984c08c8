using Sagas.Orchestration.Resilience;

namespace Sagas.Tests.Resilience;

/// <summary>With the defaults: 5 failures of 10 calls within 300 s, open 60 s, half-open 30 s, 3 successes.</summary>
public sealed class CircuitBreakerTests
{
    private readonly FakeClock _clock = new();
    private readonly List<CircuitState> _changes = [];
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests()
    {
        _breaker = new CircuitBreaker(
            "payments.example:443", new CircuitBreakerOptions(), _clock, change => _changes.Add(change.State));
    }

    private CircuitState State => _breaker.Snapshot().State;

    [Fact]
    public void Leave_FourFailuresOfManyCalls_StaysClosed()
    {
        Call(20, CallVerdict.Success);
        Call(4, CallVerdict.Failure);

        State.ShouldBe(CircuitState.Closed);
        (_breaker.Snapshot().Calls, _breaker.Snapshot().Failures).ShouldBe((24, 4));
    }

    [Fact]
    public void Leave_FifthFailureOfTenCalls_Opens()
    {
        Call(5, CallVerdict.Success);
        Call(4, CallVerdict.Failure);
        State.ShouldBe(CircuitState.Closed);

        Call(1, CallVerdict.Failure);

        State.ShouldBe(CircuitState.Open);
        _breaker.Snapshot().RetryIn.ShouldBe(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Leave_NineFailuresAreNotTenCalls_StaysClosedUntilTheTenth()
    {
        Call(9, CallVerdict.Failure);
        State.ShouldBe(CircuitState.Closed);

        Call(1, CallVerdict.Failure);

        State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Leave_FailuresLeftTheWindow_StaysClosed()
    {
        Call(6, CallVerdict.Success);
        Call(4, CallVerdict.Failure);
        _clock.Advance(300);

        Call(6, CallVerdict.Success);
        Call(4, CallVerdict.Failure);

        State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Leave_FailuresAllOverTheWindow_Opens()
    {
        Call(6, CallVerdict.Success);
        Call(1, CallVerdict.Failure);
        for (var time = 0; time < 4; time++)
        {
            _clock.Advance(72);
            Call(1, CallVerdict.Failure);
        }

        State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Leave_CallsThatWereBrokenOff_DoNotCount()
    {
        Call(100, CallVerdict.None);

        (_breaker.Snapshot().Calls, State).ShouldBe((0, CircuitState.Closed));
    }

    [Fact]
    public void Enter_Open_IsPutOffUntilItMayClose()
    {
        Open();
        _clock.Advance(20);

        _breaker.Enter(out var wait).ShouldBeNull();

        wait.ShouldBe(TimeSpan.FromSeconds(40));
    }

    [Fact]
    public void Enter_AfterSixtySeconds_LetsThreeCallsTryAndNoMore()
    {
        Open();
        _clock.Advance(60);

        var passes = Enumerable.Range(0, 10).Select(_ => _breaker.Enter(out var _)).ToList();

        passes.Count(pass => pass is not null).ShouldBe(3);
        State.ShouldBe(CircuitState.HalfOpen);
        _breaker.Enter(out var wait).ShouldBeNull();
        wait.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Leave_ThreeSuccessesHalfOpen_Closes()
    {
        Open();
        _clock.Advance(60);

        Call(2, CallVerdict.Success);
        State.ShouldBe(CircuitState.HalfOpen);
        Call(1, CallVerdict.Success);

        State.ShouldBe(CircuitState.Closed);
        _breaker.Snapshot().Calls.ShouldBe(0);
        _changes.ShouldBe([CircuitState.Open, CircuitState.HalfOpen, CircuitState.Closed]);
    }

    [Fact]
    public void Leave_FailureHalfOpen_OpensForSixtySecondsMoreAndForgetsTheSuccesses()
    {
        Open();
        _clock.Advance(60);
        Call(2, CallVerdict.Success);

        Call(1, CallVerdict.Failure);

        State.ShouldBe(CircuitState.Open);
        _breaker.Snapshot().RetryIn.ShouldBe(TimeSpan.FromSeconds(60));
        _clock.Advance(60);
        Call(2, CallVerdict.Success);
        State.ShouldBe(CircuitState.HalfOpen);
    }

    [Fact]
    public void Leave_CallThatTriedWasBrokenOff_AnotherMayTry()
    {
        Open();
        _clock.Advance(60);
        var passes = Enumerable.Range(0, 3).Select(_ => _breaker.Enter(out var _)!.Value).ToList();

        _breaker.Leave(passes[0], CallVerdict.None);

        _breaker.Enter(out _).ShouldNotBeNull();
        _breaker.Enter(out _).ShouldBeNull();
    }

    [Fact]
    public void Enter_HalfOpenForThirtySeconds_IsOpenAgain()
    {
        Open();
        _clock.Advance(60);
        var hanging = _breaker.Enter(out _)!.Value;
        _clock.Advance(30);

        _breaker.Enter(out var wait).ShouldBeNull();

        wait.ShouldBe(TimeSpan.FromSeconds(60));
        _breaker.Leave(hanging, CallVerdict.Failure);
        _breaker.Snapshot().RetryIn.ShouldBe(TimeSpan.FromSeconds(60));
    }

    /// <summary>Or a destination that is called once a minute would be kept from its callers for ever.</summary>
    [Fact]
    public void Leave_SeldomCalledAndWell_ClosesInTheEnd()
    {
        Open();
        var calls = 0;
        while (State != CircuitState.Closed && calls < 10)
        {
            _clock.Advance(120);
            calls++;
            Call(1, CallVerdict.Success);
        }

        calls.ShouldBe(3);
    }

    [Fact]
    public void Leave_CallFromBeforeItOpened_DoesNotSpeakForIt()
    {
        var early = _breaker.Enter(out _)!.Value;
        Open();
        _clock.Advance(60);
        Call(2, CallVerdict.Success);

        _breaker.Leave(early, CallVerdict.Failure);

        State.ShouldBe(CircuitState.HalfOpen);
        Call(1, CallVerdict.Success);
        State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Snapshot_OpenAndTheTimeIsOver_SaysThatTheNextCallMayTry()
    {
        Open();
        _clock.Advance(60);

        (State, _breaker.Snapshot().RetryIn).ShouldBe((CircuitState.HalfOpen, null));
        _changes.ShouldBe([CircuitState.Open]);
    }

    [Fact]
    public void Reset_Open_ClosesAndForgets()
    {
        Open();

        _breaker.Reset();

        _breaker.Snapshot().ShouldBe(new CircuitBreakerSnapshot(
            "payments.example:443", CircuitState.Closed, 0, 0, _clock.GetUtcNow(), null));
        _breaker.Enter(out _).ShouldNotBeNull();
        Call(4, CallVerdict.Failure);
        State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Changes_AnyCourse_AreToldOnceEach()
    {
        Open();
        for (var time = 0; time < 5; time++)
        {
            _breaker.Enter(out _);
            _breaker.Snapshot();
        }

        _clock.Advance(60);
        Call(1, CallVerdict.Failure);
        _breaker.Reset();
        _breaker.Reset();

        _changes.ShouldBe([CircuitState.Open, CircuitState.HalfOpen, CircuitState.Open, CircuitState.Closed]);
    }

    private void Open()
    {
        Call(10, CallVerdict.Failure);
        State.ShouldBe(CircuitState.Open);
    }

    private void Call(int times, CallVerdict verdict)
    {
        for (var time = 0; time < times; time++)
        {
            _breaker.Leave(_breaker.Enter(out _).ShouldNotBeNull(), verdict);
        }
    }
}
