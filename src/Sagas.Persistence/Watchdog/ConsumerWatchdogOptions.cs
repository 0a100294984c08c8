namespace Sagas.Persistence.Watchdog;

/// <summary>When the watchdog over a bus's receive endpoints steps in.</summary>
public sealed class ConsumerWatchdogOptions
{
    /// <summary>The section that the worker binds the options from.</summary>
    public const string Section = "Sagas:Watchdog";

    /// <summary>
    /// How often the broker is asked who consumes. The default is 1 second. From 100 milliseconds to 1 minute.
    /// </summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long an endpoint may have no consumer, while the broker answers, before it is started anew. The default is 3
    /// seconds. From 100 milliseconds to 10 minutes.
    /// </summary>
    public TimeSpan RestartAfter { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long an endpoint may have no consumer, while the broker answers, before the process ends itself. The default
    /// is 30 seconds. From 100 milliseconds more than <see cref="RestartAfter"/> to 1 hour.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);
}
