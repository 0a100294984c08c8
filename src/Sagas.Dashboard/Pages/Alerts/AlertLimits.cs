namespace Sagas.Dashboard.Pages.Alerts;

/// <summary>
/// What the alerts' rules hold the figures against: the same as <c>deploy/prometheus/sagas.rules.yml</c>.
/// </summary>
internal static class AlertLimits
{
    /// <summary>The share of attempts that get no answer.</summary>
    public const double Timeouts = 0.05;

    /// <summary>The share of attempts that are repeated.</summary>
    public const double Retries = 0.10;

    /// <summary>The share of sagas that turn back.</summary>
    public const double Compensations = 0.05;

    /// <summary>Calls to a destination that found no room, within <see cref="StepWindow"/>.</summary>
    public const double BulkheadRejections = 100;

    /// <summary>For how many seconds a message that should have gone waits in the outbox.</summary>
    public const double OutboxAgeSeconds = 60;

    /// <summary>For how many seconds a saga is due.</summary>
    public const double DueLagSeconds = 30;

    /// <summary>How many sagas are suspended.</summary>
    public const double Suspended = 0;

    /// <summary>How many messages are parked.</summary>
    public const double Parked = 0;

    /// <summary>How many sagas are undecided.</summary>
    public const double Undecided = 0;

    /// <summary>How far back attempts and rejections are counted.</summary>
    public static readonly TimeSpan StepWindow = TimeSpan.FromMinutes(5);

    /// <summary>How far back sagas that turn back are counted.</summary>
    public static readonly TimeSpan SagaWindow = TimeSpan.FromMinutes(15);
}
