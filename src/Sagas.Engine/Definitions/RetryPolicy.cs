namespace Sagas.Engine.Definitions;

/// <summary>How often and after what pause an attempt is repeated: exponential backoff, capped, jittered.</summary>
public sealed record RetryPolicy
{
    /// <summary>
    /// How many attempts may follow the first one. The default is 3, and 5 for a critical step. Value must be from 0 to
    /// 100.
    /// </summary>
    public required int Retries { get; init; }

    /// <summary>
    /// The pause after the first failed attempt; it doubles with each further one. The default is 1 second.
    /// </summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>The longest pause, before jitter. The default is 60 seconds.</summary>
    public required TimeSpan MaxInterval { get; init; }

    /// <summary>
    /// By what share of itself a pause is randomly shortened or lengthened. The default is 0.1. From 0 to 1.
    /// </summary>
    public required double Jitter { get; init; }
}
