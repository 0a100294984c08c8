using System.ComponentModel.DataAnnotations;

namespace Sagas.Dashboard.Health;

/// <summary>
/// Where the worker leaves its state of health for the container's health check. Section <c>Sagas:Health</c>.
/// </summary>
public sealed class HealthOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string Section = "Sagas:Health";

    /// <summary>The file. The default is <c>sagas-worker.health</c> in the system's temporary folder.</summary>
    [Required]
    public string File { get; set; } = Path.Combine(Path.GetTempPath(), "sagas-worker.health");

    /// <summary>
    /// How often the file is written. The default is 5 seconds. Value must be from 1 second to 1 minute.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a report counts: after that the worker hangs or is gone. The default is 30 seconds. Value must be from
    /// 2 seconds to 10 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan Expiry { get; set; } = TimeSpan.FromSeconds(30);
}
