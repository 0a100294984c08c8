using System.Diagnostics;

namespace Sagas.Benchmarks.Load;

/// <summary>The ways in which sagas are put on a system that is not to be at its limit.</summary>
internal static class Loads
{
    /// <summary>One after the other.</summary>
    public static async Task<Latencies> IdleAsync(Func<Task<TimeSpan>> run, TimeSpan time)
    {
        var started = Stopwatch.GetTimestamp();
        var times = new List<TimeSpan>();
        do
        {
            times.Add(await run());
        }
        while (Stopwatch.GetElapsedTime(started) < time);

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
                // Whole milliseconds, and never none: a delay of less than one returns at once, and the client would run
                // in circles on the processor that the others need.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds)));
            }

            // Timers are coarse: all that are due by now start now.
            var now = Stopwatch.GetElapsedTime(started);
            while (next <= now)
            {
                running.Add(run());
                next += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / aSecond);
            }
        }

        return new Latencies(await Task.WhenAll(running));
    }
}
