namespace Sagas.Persistence.Configuration;

/// <summary>A background loop's sign of life.</summary>
internal sealed class LoopPulse(TimeProvider clock)
{
    private long _last = clock.GetTimestamp();

    /// <summary>How long the loop has not turned.</summary>
    public TimeSpan Silence => clock.GetElapsedTime(Volatile.Read(ref _last));

    /// <summary>The loop turns.</summary>
    public void Beat() => Volatile.Write(ref _last, clock.GetTimestamp());
}
