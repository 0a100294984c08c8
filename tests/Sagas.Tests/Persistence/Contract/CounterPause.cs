namespace Sagas.Tests.Persistence.Contract;

/// <summary>Holds deliveries half way, and says how many were held at once.</summary>
public sealed class CounterPause
{
    private int _now;

    public int AtOnce { get; private set; }

    public async Task WaitAsync()
    {
        AtOnce = Math.Max(AtOnce, Interlocked.Increment(ref _now));
        await Task.Delay(5);
        Interlocked.Decrement(ref _now);
    }
}
