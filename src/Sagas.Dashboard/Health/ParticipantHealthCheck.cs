using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sagas.Orchestration.Transport;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Topology;

namespace Sagas.Dashboard.Health;

/// <summary>
/// Degraded while RabbitMQ refuses a participant's queue or exchange, because it is there as another kind, say. Each
/// check tries those again. It is no reason to take the worker out of service: <c>/health</c> shows it, readiness and
/// liveness leave it out.
/// </summary>
internal sealed class ParticipantHealthCheck(
    BrokerConnectionString broker, ParticipantQueues participants, [SagaClock] TimeProvider clock)
    : CachedHealthCheck(clock, TimeSpan.FromSeconds(10))
{
    /// <summary>The check's name.</summary>
    public const string Name = "participants";

    protected override async Task<HealthCheckResult> CheckAsync(CancellationToken stop)
    {
        if (participants.Objections.Count == 0)
        {
            return HealthCheckResult.Healthy();
        }

        try
        {
            var factory = broker.CreateFactory();
            factory.AutomaticRecoveryEnabled = false;
            await using var connection = await factory.CreateConnectionAsync("sagas: health", stop);
            using var declarations = new Declarations(connection);
            await participants.DeclareRefusedAsync(declarations, stop);
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            // Whether the broker answers is another check's.
        }

        return participants.Objections is { Count: > 0 } objections
            ? HealthCheckResult.Degraded(string.Join("; ", objections.Select(x => $"{x.Key}: {x.Value}")))
            : HealthCheckResult.Healthy();
    }
}
