using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sagas.Persistence;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Health;

/// <summary>Healthy while the saga tables can be written to, and no delivery waits for one that cannot.</summary>
/// <remarks>
/// By hand, because the packaged checks ask whether a server answers, not whether the saga tables can be used, and ask
/// anew for every caller.
/// </remarks>
internal sealed class DatabaseHealthCheck(
    Database<SagaStoreDbContext> database, DatabaseWatch<SagaStoreDbContext> watch, [SagaClock] TimeProvider clock)
    : CachedHealthCheck(clock)
{
    protected override async Task<HealthCheckResult> CheckAsync(CancellationToken stop)
    {
        try
        {
            await database.WriteAsync(
                async session =>
                {
                    // Refused where rows may not be written, whether there are any or not. It writes none.
                    await using var command = session.Command(
                        $"UPDATE {session.Map<SagaState>().Table} SET state = state WHERE 1 = 0");
                    return await command.ExecuteNonQueryAsync(stop);
                },
                stop);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            watch.Failed(exception);
            return HealthCheckResult.Unhealthy(DatabaseFailures.ReasonOf(exception));
        }

        return watch.Refusal is { } refusal ? HealthCheckResult.Unhealthy(refusal) : HealthCheckResult.Healthy();
    }
}
