using System.Diagnostics;

namespace Sagas.IntegrationTests.Containers;

/// <summary>Waits for conditions: nothing in these tests sleeps for a fixed time.</summary>
public static class Poll
{
    /// <summary>Asks again and again until the condition holds. An exception in it counts as "not yet".</summary>
    /// <param name="what">What is waited for, for the error message.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="timeout">How long to wait at most; 60 seconds by default.</param>
    /// <param name="interval">The pause between two questions; 100 ms by default.</param>
    /// <param name="ct">Ends the wait at once.</param>
    /// <exception cref="TimeoutException">
    /// The condition did not hold in time; its inner exception is the last one the condition threw.
    /// </exception>
    public static async Task UntilAsync(
        string what,
        Func<CancellationToken, Task<bool>> condition,
        TimeSpan? timeout = null,
        TimeSpan? interval = null,
        CancellationToken ct = default)
    {
        TimeSpan limit = timeout ?? TimeSpan.FromSeconds(60);
        var watch = Stopwatch.StartNew();
        Exception? last = null;
        while (true)
        {
            try
            {
                if (await condition(ct))
                {
                    return;
                }
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                last = e;
            }

            if (watch.Elapsed > limit)
            {
                throw new TimeoutException(
                    $"Waited {limit.TotalSeconds:0.#} s for {what}. Last error: {last?.Message ?? "none"}", last);
            }

            await Task.Delay(interval ?? TimeSpan.FromMilliseconds(100), ct);
        }
    }
}
