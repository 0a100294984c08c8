namespace Sagas.Orchestration.Resilience;

/// <summary>
/// Lets calls begin while the process has processor time left. Its use is measured over the last interval; a call that
/// has begun since then is not in that figure yet, so that it is added as an estimate, until it ends or the next
/// measurement shows what it really costs. So with N such calls under way another one begins if <c>measured + estimate
/// × (N + 1)</c> is not over the limit.
/// </summary>
internal sealed class CpuLimit(
    BulkheadOptions options, Func<TimeSpan> processorTime, int processors, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private long _measuredAt = clock.GetTimestamp();
    private TimeSpan _processorTime = processorTime();
    private double _percent;
    private int _begun;
    private int _measurement;

    /// <summary>The processors' use when it was last measured, in percent of all of them.</summary>
    public double Percent
    {
        get
        {
            lock (_lock)
            {
                return _percent;
            }
        }
    }

    /// <summary>Waits until a call may begin. What is given back says that it is over.</summary>
    /// <exception cref="OperationCanceledException">The time to wait is over.</exception>
    public async ValueTask<IDisposable> WaitAsync(CancellationToken stop)
    {
        while (true)
        {
            if (TryBegin(out var wait) is { } call)
            {
                return call;
            }

            await Task.Delay(wait, clock, stop);
        }
    }

    private Call? TryBegin(out TimeSpan wait)
    {
        lock (_lock)
        {
            var age = Measure();
            if (_percent + (options.CallCpuPercent * (_begun + 1)) > options.CpuPercent)
            {
                wait = options.CpuInterval - age;
                return null;
            }

            _begun++;
            wait = TimeSpan.Zero;
            return new Call(this, _measurement);
        }
    }

    /// <summary>Measures again if it is time to, and tells how long ago that was.</summary>
    private TimeSpan Measure()
    {
        var now = clock.GetTimestamp();
        var elapsed = clock.GetElapsedTime(_measuredAt, now);
        if (elapsed < options.CpuInterval)
        {
            return elapsed;
        }

        // The two clocks are not read at the same instant, which may make it more than all processors.
        var used = processorTime();
        _percent = Math.Min(100, 100 * (used - _processorTime) / (elapsed * processors));
        (_processorTime, _measuredAt, _begun) = (used, now, 0);
        _measurement++;
        return TimeSpan.Zero;
    }

    private void End(int measurement)
    {
        lock (_lock)
        {
            _begun -= measurement == _measurement ? 1 : 0;
        }
    }

    private sealed class Call(CpuLimit limit, int measurement) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                limit.End(measurement);
            }
        }
    }
}
