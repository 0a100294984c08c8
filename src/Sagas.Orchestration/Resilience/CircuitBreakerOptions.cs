using System.ComponentModel.DataAnnotations;

namespace Sagas.Orchestration.Resilience;

/// <summary>
/// When a destination is left in peace. Section <c>Sagas:CircuitBreaker</c>; it holds for each of them.
/// </summary>
public sealed class CircuitBreakerOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string Section = "Sagas:CircuitBreaker";

    /// <summary>
    /// How many failures within the window open the circuit breaker. The default is 5. Value must be from 1 to 100,000.
    /// </summary>
    [Range(1, 100_000)]
    public int Failures { get; set; } = 5;

    /// <summary>
    /// How many calls there must have been within the window before it may open. The default is 10. Value must be from
    /// 1 to 100,000.
    /// </summary>
    [Range(1, 100_000)]
    public int MinimumCalls { get; set; } = 10;

    /// <summary>
    /// How long calls are remembered. The default is 300 seconds. Value must be from 1 second to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>
    /// How long it stays open before calls are tried again. The default is 60 seconds. Value must be from 1 second to 1
    /// hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan OpenDuration { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long it is half-open at most: if it could not close by then it opens again. The default is 30 seconds. Value
    /// must be from 1 second to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan HalfOpenDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many calls must succeed, none failing between them, before it closes; no more than these are let through at
    /// a time while it is half-open. The default is 3. Value must be from 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int Successes { get; set; } = 3;
}
