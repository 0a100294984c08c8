using System.ComponentModel.DataAnnotations;

namespace Sagas.Orchestration.Timers;

/// <summary>How due sagas are looked for. Section <c>Sagas:Timers</c>.</summary>
public sealed class TimerOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string Section = "Sagas:Timers";

    /// <summary>
    /// How often to look: by so much a timeout or a retry may be late. The default is 250 milliseconds. Value must be
    /// from 10 milliseconds to 1 minute.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How many due sagas of a worker wait in its queue at most, however many are due: others come between them. The
    /// default is 100. Value must be from 1 to 10,000.
    /// </summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 100;

    /// <summary>
    /// How long a due saga is left to the worker that took it; up to 5 minutes while the worker's queue is so long that
    /// the saga's turn does not come sooner. The default is 5 seconds. Value must be from 1 second to 5 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan ClaimLease { get; set; } = TimeSpan.FromSeconds(5);
}
