using Microsoft.Extensions.Time.Testing;

namespace Sagas.Tests;

/// <summary>A clock that stands still until it is told to go on; what waits for it, goes on then.</summary>
/// <remarks>Starts long ago for every real clock: to a database with a clock of its own whatever has a deadline is due.</remarks>
internal sealed class FakeClock() : FakeTimeProvider(new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero))
{
    private int _timers;

    /// <summary>How many timers run: so many wait.</summary>
    public int Timers => Volatile.Read(ref _timers);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new CountedTimer(this, callback, state);
        timer.Inner = base.CreateTimer(static x => ((CountedTimer)x!).Fire(), timer, Timeout.InfiniteTimeSpan, period);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(double seconds) => Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Goes on to an instant (UTC), unless it has passed.</summary>
    public void AdvanceTo(DateTime instant)
    {
        var wait = DateTime.SpecifyKind(instant, DateTimeKind.Utc) - GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            Advance(wait);
        }
    }

    /// <summary>Knows whether it runs, which the library's own timers do not say. Fires once: nothing here asks for a period.</summary>
    private sealed class CountedTimer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        private int _isRunning;

        public ITimer Inner { get; set; } = null!;

        public void Fire()
        {
            Run(false);
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            period.ShouldBe(Timeout.InfiniteTimeSpan);
            Run(dueTime != Timeout.InfiniteTimeSpan);
            return Inner.Change(dueTime, period);
        }

        public void Dispose()
        {
            Run(false);
            Inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Run(bool isRunning)
        {
            var before = Interlocked.Exchange(ref _isRunning, isRunning ? 1 : 0);
            Interlocked.Add(ref clock._timers, (isRunning ? 1 : 0) - before);
        }
    }
}
