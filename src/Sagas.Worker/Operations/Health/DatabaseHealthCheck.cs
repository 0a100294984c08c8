using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sagas.Persistence;

namespace Sagas.Worker.Operations.Health;

/// <summary>
/// Healthy while the saga tables can be written to. The database is asked once a second at most, whoever asks how the
/// worker is.
/// </summary>
/// <remarks>
/// By hand, because the packaged checks ask whether a server answers, not whether the saga tables can be used, and ask
/// anew for every caller.
/// </remarks>
internal sealed class DatabaseHealthCheck(
    Database<SagaStoreDbContext> database, DatabaseWatch<SagaStoreDbContext> watch, TimeProvider clock)
    : IHealthCheck, IDisposable
{
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private HealthCheckResult _last;
    private long? _checkedAt;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_checkedAt is not { } at || clock.GetElapsedTime(at) >= Validity)
            {
                _last = await CheckAsync(cancellationToken);
                _checkedAt = clock.GetTimestamp();
            }

            return _last;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<HealthCheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await database.WriteAsync(
                async session =>
                {
                    // Refused where rows may not be written, whether there are any or not. It writes none.
                    await using var command = session.Command(
                        $"UPDATE {session.Map<SagaState>().Table} SET state = state WHERE 1 = 0");
                    return await command.ExecuteNonQueryAsync(cancellationToken);
                },
                cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            watch.Failed(exception);
            return HealthCheckResult.Unhealthy(DatabaseFailures.ReasonOf(exception));
        }

        return HealthCheckResult.Healthy();
    }
}
