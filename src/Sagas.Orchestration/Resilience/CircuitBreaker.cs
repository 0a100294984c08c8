namespace Sagas.Orchestration.Resilience;

/// <summary>
/// Leaves a destination in peace that keeps failing: <em>closed</em> it counts, <em>open</em> it lets nothing through
/// for a while, <em>half-open</em> it lets a few calls through and closes when enough of them succeed. What Polly's own
/// lacks is the last part: it closes after the first success.
/// </summary>
/// <remarks>
/// A destination that is called seldom may not see enough calls while it is half-open. It opens again then, but keeps
/// the successes as long as no call fails, so that it does close in the end.
/// </remarks>
internal sealed class CircuitBreaker
{
    /// <summary>How long those wait at most for whom there is no room while it is half-open.</summary>
    private static readonly TimeSpan LongestWaitForTrials = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly string _destination;
    private readonly CircuitBreakerOptions _options;
    private readonly TimeProvider _clock;
    private readonly Action<CircuitChange> _changed;
    private readonly CallWindow _window;
    private readonly long _start;
    private CircuitState _state = CircuitState.Closed;
    private DateTimeOffset _changedAt;

    // When the present state ends, on the clock that never jumps.
    private TimeSpan _until;
    private int _trials;
    private int _successes;

    // Goes up with every change, so that calls of an earlier time do not speak for this one.
    private int _age;

    /// <summary>Makes one that is closed.</summary>
    /// <param name="destination">Whose it is.</param>
    /// <param name="options">Its thresholds.</param>
    /// <param name="clock">Measures its times.</param>
    /// <param name="changed">Hears of every change, in order.</param>
    public CircuitBreaker(
        string destination, CircuitBreakerOptions options, TimeProvider clock, Action<CircuitChange> changed)
    {
        (_destination, _options, _clock, _changed) = (destination, options, clock, changed);
        _window = new CallWindow(options.Window);
        _start = clock.GetTimestamp();
        _changedAt = clock.GetUtcNow();
    }

    private TimeSpan Now => _clock.GetElapsedTime(_start);

    /// <summary>Asks for a call to pass. One that passes must be followed by <see cref="Leave"/>.</summary>
    /// <returns>A pass, or <see langword="null"/> and how long to wait.</returns>
    public Pass? Enter(out TimeSpan wait)
    {
        lock (_lock)
        {
            var now = Now;
            EndHalfOpen(now);
            if (_state == CircuitState.Open && now >= _until)
            {
                Become(
                    CircuitState.HalfOpen, now + _options.HalfOpenDuration, "the time is over for which it was open");
            }

            wait = _state switch
            {
                CircuitState.Open => _until - now,
                CircuitState.HalfOpen when _trials >= _options.Successes - _successes => WaitForTrials(now),
                _ => TimeSpan.Zero,
            };
            if (wait > TimeSpan.Zero)
            {
                return null;
            }

            _trials += _state == CircuitState.HalfOpen ? 1 : 0;
            return new Pass(_age);
        }
    }

    /// <summary>The call is over.</summary>
    public void Leave(Pass pass, CallVerdict verdict)
    {
        lock (_lock)
        {
            var now = Now;
            EndHalfOpen(now);
            if (pass.Age != _age)
            {
                return;
            }

            if (_state == CircuitState.HalfOpen)
            {
                Try(now, verdict);
            }
            else if (verdict != CallVerdict.None)
            {
                Count(now, hasFailed: verdict == CallVerdict.Failure);
            }
        }
    }

    /// <summary>An operator knows that the destination is well: it closes, and forgets what was.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _window.Clear();
            if (_state != CircuitState.Closed)
            {
                Close("an operator reset it");
            }
        }
    }

    /// <summary>How it stands.</summary>
    public CircuitBreakerSnapshot Snapshot()
    {
        lock (_lock)
        {
            var now = Now;
            EndHalfOpen(now);
            var (calls, failures) = _window.Count(now);
            var remaining = _state == CircuitState.Open && now < _until ? _until - now : (TimeSpan?)null;

            // Nothing keeps the next call back any more, although none has come yet.
            var state = _state == CircuitState.Open && remaining is null ? CircuitState.HalfOpen : _state;
            return new CircuitBreakerSnapshot(_destination, state, calls, failures, _changedAt, remaining);
        }
    }

    private void Count(TimeSpan now, bool hasFailed)
    {
        _window.Add(now, hasFailed);
        var (calls, failures) = _window.Count(now);
        if (hasFailed && failures >= _options.Failures && calls >= _options.MinimumCalls)
        {
            Open(now, $"{failures} of its last {calls} calls failed");
        }
    }

    private void Try(TimeSpan now, CallVerdict verdict)
    {
        _trials--;
        if (verdict == CallVerdict.Failure)
        {
            _successes = 0;
            Open(now, "a call failed while it was half-open");
        }
        else if (verdict == CallVerdict.Success && ++_successes >= _options.Successes)
        {
            Close($"{_successes} calls succeeded");
        }
    }

    private void EndHalfOpen(TimeSpan now)
    {
        if (_state == CircuitState.HalfOpen && now >= _until)
        {
            Open(_until, "too few calls succeeded while it was half-open");
        }
    }

    private TimeSpan WaitForTrials(TimeSpan now)
    {
        var remaining = _until - now;
        return remaining < LongestWaitForTrials ? remaining : LongestWaitForTrials;
    }

    private void Open(TimeSpan at, string reason) => Become(CircuitState.Open, at + _options.OpenDuration, reason);

    private void Close(string reason)
    {
        _successes = 0;
        _window.Clear();
        Become(CircuitState.Closed, TimeSpan.MaxValue, reason);
    }

    private void Become(CircuitState state, TimeSpan until, string reason)
    {
        (_state, _until, _trials) = (state, until, 0);
        _age++;
        _changedAt = _clock.GetUtcNow();
        _changed(new CircuitChange(_destination, state, reason));
    }

    /// <summary>A call's leave to pass.</summary>
    /// <param name="Age">Which of its states the circuit breaker was in.</param>
    internal readonly record struct Pass(int Age);
}
