using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Sagas.Persistence.Configuration;

namespace Sagas.Dashboard.Health;

/// <summary>
/// Healthy while the loop of the check's name turns. Degraded if it has been at the same turn for long: a slow broker
/// or database can do that. Unhealthy, which only a new process mends, if it has ended or hangs.
/// </summary>
internal sealed class LoopHealthCheck(IEnumerable<IHostedService> services, IHostApplicationLifetime lifetime)
    : IHealthCheck
{
    /// <summary>From when on a loop is degraded.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromMinutes(1);

    /// <summary>
    /// From when on it hangs: longer than a turn takes in which everything that has a time limit uses it up, by
    /// default.
    /// </summary>
    public static readonly TimeSpan Hung = TimeSpan.FromMinutes(15);

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(services
        .OfType<IWatchedLoop>()
        .Where(loop => loop.Name == context.Registration.Name)
        .Select(Check)
        .OrderBy(result => result.Status)
        .FirstOrDefault(HealthCheckResult.Healthy()));

    private HealthCheckResult Check(IWatchedLoop loop) => loop switch
    {
        _ when lifetime.ApplicationStopping.IsCancellationRequested => HealthCheckResult.Degraded("The worker stops."),
        { IsOn: false } => HealthCheckResult.Healthy("It is switched off in this process."),
        { ExecuteTask: null } => HealthCheckResult.Degraded("It has not begun yet."),
        { ExecuteTask.IsCompleted: true } => HealthCheckResult.Unhealthy("It has ended."),
        { Pulse.Silence: var silence } when silence >= Hung =>
            HealthCheckResult.Unhealthy($"It hangs since {Minutes(silence)}."),
        { Pulse.Silence: var silence } when silence >= Slow =>
            HealthCheckResult.Degraded($"It is slow: {Minutes(silence)} at one turn."),
        _ => HealthCheckResult.Healthy(),
    };

    private static string Minutes(TimeSpan silence) => $"{silence.TotalMinutes:F0} min";
}
