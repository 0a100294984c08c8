using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Health;

/// <summary>
/// Degraded while there are sagas that no worker has been able to decide about. It is no reason to take the worker out
/// of service, nor to start it anew: <c>/health</c> shows it, readiness and liveness leave it out.
/// </summary>
internal sealed class UndecidedHealthCheck(
    UndecidedSagas sagas, [SagaClock] TimeProvider clock) : CachedHealthCheck(clock)
{
    /// <summary>The check's name.</summary>
    public const string Name = "undecided";

    /// <summary>The name of the figure that it reports.</summary>
    public const string Count = "count";

    protected override async Task<HealthCheckResult> CheckAsync(CancellationToken stop)
    {
        try
        {
            return await sagas.ReadAsync(stop) is { Count: > 0 } figures
                ? HealthCheckResult.Degraded(
                    $"{figures.Count} sagas are undecided: {figures.Reasons[0].Reason}",
                    data: new Dictionary<string, object> { [Count] = figures.Count })
                : HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whether the database works is another check's.
            return HealthCheckResult.Degraded(exception.Message);
        }
    }
}
