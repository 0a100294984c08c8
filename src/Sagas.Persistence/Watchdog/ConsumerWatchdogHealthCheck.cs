using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sagas.Persistence.Watchdog;

/// <summary>
/// Healthy while every receive endpoint consumes, or while the broker does not answer: the bus reports that.
/// </summary>
internal sealed class ConsumerWatchdogHealthCheck(ConsumerWatchdog watchdog) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(watchdog.Complaint is { } complaint
            ? HealthCheckResult.Unhealthy(complaint)
            : HealthCheckResult.Healthy());
}
