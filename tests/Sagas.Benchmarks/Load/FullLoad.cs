using System.Diagnostics;

namespace Sagas.Benchmarks.Load;

/// <summary>As many sagas as a system takes: always so many in flight, each end starts the next.</summary>
internal sealed class FullLoad
{
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private Task _running = Task.CompletedTask;
    private int _ended;
    private volatile bool _stops;

    private FullLoad()
    {
    }

    /// <summary>How many sagas have ended.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>The same with the time since the start.</summary>
    public (int Ended, TimeSpan Time) Now => (Ended, Stopwatch.GetElapsedTime(_startedAt));

    public static FullLoad Start(Func<Task> run, int inFlight)
    {
        var load = new FullLoad();
        load._running = Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => load.RunAsync(run)));
        return load;
    }

    /// <summary>Until so many have ended.</summary>
    public async Task UntilAsync(int ended, CancellationToken stop)
    {
        while (Ended < ended)
        {
            if (_running.IsFaulted)
            {
                await _running;
            }

            await Task.Delay(1, stop);
        }
    }

    /// <summary>Until so much time has passed since the start.</summary>
    public async Task UntilAsync(TimeSpan time, CancellationToken stop)
    {
        // A timer may be some tenths of a millisecond early.
        while (time - Now.Time is { Ticks: > 0 } pause)
        {
            await await Task.WhenAny(_running, Task.Delay(pause, stop));
        }
    }

    /// <summary>Starts no more, and waits for those in flight.</summary>
    public Task StopAsync()
    {
        _stops = true;
        return _running;
    }

    private async Task RunAsync(Func<Task> run)
    {
        while (!_stops)
        {
            await run();
            Interlocked.Increment(ref _ended);
        }
    }
}
