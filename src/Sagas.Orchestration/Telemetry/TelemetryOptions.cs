using System.ComponentModel.DataAnnotations;

namespace Sagas.Orchestration.Telemetry;

/// <summary>How the worker is measured. Section <c>Sagas:Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string Section = "Sagas:Telemetry";

    /// <summary>
    /// How often the figures that stand in the database are read, while somebody asks for them: the interval of your
    /// scrapes. The default is 15 seconds. Value must be from 1 second to 10 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan StoreInterval { get; set; } = TimeSpan.FromSeconds(15);
}
