using System.ComponentModel.DataAnnotations;

namespace Sagas.Engine.Definitions;

/// <summary>The section <c>Sagas:Steps</c>: what holds for a step whose definition does not say otherwise.</summary>
public sealed class StepOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "Sagas:Steps";

    /// <summary>
    /// How long the worker waits for the reply to one attempt to execute a step. The default is 60 seconds. Value must
    /// be from 100 milliseconds to 30 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "30.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many attempts may follow the first. The default is 3. Value must be from 0 to 100.</summary>
    [Range(0, DefinitionLimits.MaxRetries)]
    public int Retries { get; set; } = 3;

    /// <summary>The same for a critical step. The default is 5. Value must be from 0 to 100.</summary>
    [Range(0, DefinitionLimits.MaxRetries)]
    public int CriticalRetries { get; set; } = 5;

    /// <summary>
    /// The pause after the first failed attempt; it doubles with each further one. The default is 1 second. Value must
    /// be from 1 millisecond to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The longest pause, before jitter. The default is 60 seconds. Value must be from <see cref="Interval"/> to 1 day.
    /// </summary>
    public TimeSpan MaxInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// By what share of itself a pause is randomly shortened or lengthened. The default is 0.1. Value must be from 0 to
    /// 1.
    /// </summary>
    [Range(0, DefinitionLimits.MaxJitter)]
    public double Jitter { get; set; } = 0.1;
}
