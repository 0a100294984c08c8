using System.Diagnostics;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>Waits for a condition, since what happens on the other side of a bus or a poll takes its time.</summary>
public static class Eventually
{
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, double seconds = 20)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed.TotalSeconds > seconds)
            {
                throw new TimeoutException($"Waited {seconds} s: {what}.");
            }

            await Task.Delay(20);
        }
    }

    public static Task HoldsAsync(Func<bool> condition, string what, double seconds = 20)
    {
        return HoldsAsync(() => Task.FromResult(condition()), what, seconds);
    }
}
