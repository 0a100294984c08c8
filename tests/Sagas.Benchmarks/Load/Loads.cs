using System.Diagnostics;

namespace Sagas.Benchmarks.Load;

/// <summary>The ways in which sagas are put on a system.</summary>
internal static class Loads
{
    /// <summary>As many as the system takes: always so many in flight, each end starts the next.</summary>
    /// <returns>Sagas a second.</returns>
    public static async Task<double> FullAsync(Func<Task<TimeSpan>> run, int sagas, int inFlight)
    {
        var left = sagas;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(inFlight, sagas)).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await run();
            }
        }));
        return sagas / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>One after the other.</summary>
    public static async Task<Latencies> IdleAsync(Func<Task<TimeSpan>> run, int sagas)
    {
        var times = new List<TimeSpan>(sagas);
        for (var i = 0; i < sagas; i++)
        {
            times.Add(await run());
        }

        return new Latencies(times);
    }

    /// <summary>So many a second, at random instants, whether the ones before have ended or not.</summary>
    public static async Task<Latencies> OpenAsync(Func<Task<TimeSpan>> run, double aSecond, TimeSpan time)
    {
        var random = new Random(1);
        var started = Stopwatch.GetTimestamp();
        var next = TimeSpan.Zero;
        var running = new List<Task<TimeSpan>>();
        while (next < time)
        {
            if (next - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } pause)
            {
                await Task.Delay(pause);
            }

            // Timers are coarse: all that are due by now start now.
            for (var now = Stopwatch.GetElapsedTime(started); next <= now; next += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / aSecond))
            {
                running.Add(run());
            }
        }

        return new Latencies(await Task.WhenAll(running));
    }
}
