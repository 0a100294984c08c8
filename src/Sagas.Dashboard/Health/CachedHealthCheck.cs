using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sagas.Dashboard.Health;

/// <summary>A check that is made once in a while at most, whoever asks how the worker is.</summary>
/// <param name="clock">Tells how old the last one is.</param>
/// <param name="validity">How long its outcome holds; a second by default.</param>
internal abstract class CachedHealthCheck(TimeProvider clock, TimeSpan? validity = null) : IHealthCheck, IDisposable
{
    private readonly TimeSpan _validity = validity ?? TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _turn = new(1);
    private HealthCheckResult _last;
    private long? _checkedAt;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_checkedAt is not { } at || clock.GetElapsedTime(at) >= _validity)
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

    /// <summary>Makes the check.</summary>
    protected abstract Task<HealthCheckResult> CheckAsync(CancellationToken stop);
}
