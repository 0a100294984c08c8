using System.Diagnostics;

namespace Sagas.Tests;

/// <summary>Waits for conditions instead of sleeping for them.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task HoldsAsync(string what, Func<Task<bool>> condition, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            watch.Elapsed.ShouldBeLessThan(Patience, $"waited in vain for {what}");
            await Task.Delay(10, ct);
        }
    }

    public static async Task BecomesAsync(Func<Task<object?>> value, object expected, CancellationToken ct)
    {
        object? last = null;
        var watch = Stopwatch.StartNew();
        while (!Equals(last = await value(), expected))
        {
            watch.Elapsed.ShouldBeLessThan(Patience, $"waited in vain for {expected}; last was {last ?? "nothing"}");
            await Task.Delay(10, ct);
        }
    }
}
