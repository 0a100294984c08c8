using System.ComponentModel.DataAnnotations;

namespace Sagas.Engine.Definitions;

/// <summary>
/// The section <c>Sagas:Compensation</c>: what holds for a compensation whose definition does not say otherwise. The
/// pauses between its attempts are those of <see cref="StepOptions"/>.
/// </summary>
public sealed class CompensationOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "Sagas:Compensation";

    /// <summary>
    /// How long the worker waits for the reply to one attempt to compensate. The default is 300 seconds. Value must be
    /// from 100 milliseconds to 30 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "30.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>
    /// How many attempts may follow the first before the saga is suspended. The default is 3. Value must be from 0 to
    /// 100.
    /// </summary>
    [Range(0, DefinitionLimits.MaxRetries)]
    public int Retries { get; set; } = 3;
}
