using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sagas.Persistence.Migrations;

namespace Sagas.Dashboard.Health;

/// <summary>Healthy once the tables are those of this worker.</summary>
internal sealed class MigrationHealthCheck(SagaSchema schema) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(schema.IsMigrated
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The tables have not been brought up to date yet."));
}
