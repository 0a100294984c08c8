namespace Sagas.Tests;

/// <summary>A clock that stands still until it is told to go on; what waits for it, goes on then.</summary>
internal sealed class FakeClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<Timer> _timers = [];

    // Long ago for every real clock: to a database with a clock of its own whatever has a deadline is due.
    private DateTimeOffset _now = new(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers run: so many wait.</summary>
    public int Timers
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count;
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(double seconds) => Advance(TimeSpan.FromSeconds(seconds));

    public void Advance(TimeSpan time)
    {
        Timer[] elapsed;
        lock (_lock)
        {
            _now += time;
            elapsed = [.. _timers.Where(timer => timer.DueAt <= _now).OrderBy(timer => timer.DueAt)];
            _timers.ExceptWith(elapsed);
        }

        foreach (var timer in elapsed)
        {
            timer.Fire();
        }
    }

    /// <summary>Goes on to an instant (UTC), unless it has passed.</summary>
    public void AdvanceTo(DateTime instant)
    {
        var wait = DateTime.SpecifyKind(instant, DateTimeKind.Utc) - GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            Advance(wait);
        }
    }

    /// <summary>A timer that fires once: nothing here asks for a period.</summary>
    private sealed class Timer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset DueAt { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            period.ShouldBe(Timeout.InfiniteTimeSpan);
            var isElapsed = false;
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    DueAt = clock._now + dueTime;
                    isElapsed = dueTime <= TimeSpan.Zero;
                    if (!isElapsed)
                    {
                        clock._timers.Add(this);
                    }
                }
            }

            if (isElapsed)
            {
                Fire();
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
