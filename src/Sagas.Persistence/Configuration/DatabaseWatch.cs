using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Sagas.Persistence;

/// <summary>
/// Says once that a context's database fails, and once that it works again, however many deliveries and services wait
/// for it meanwhile.
/// </summary>
/// <typeparam name="TDbContext">The context.</typeparam>
/// <param name="clock">The clock.</param>
/// <param name="logger">Where it says so.</param>
public sealed class DatabaseWatch<TDbContext>(TimeProvider clock, ILogger<DatabaseWatch<TDbContext>> logger)
    where TDbContext : DbContext
{
    /// <summary>
    /// How long nothing may have failed before it counts as working again: a database whose disk is full still reads.
    /// </summary>
    public static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private Outage? _outage;

    /// <summary>Something failed, and will be tried again.</summary>
    /// <param name="exception">The failure. Only those that <see cref="DatabaseFailures.IsTransient"/> count.</param>
    /// <returns>Whether the failure is the database's, so that it has been spoken of.</returns>
    public bool Failed(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);

        if (!DatabaseFailures.IsTransient(exception) || DatabaseFailures.IsConcurrency(exception))
        {
            return false;
        }

        var now = clock.GetTimestamp();
        lock (_lock)
        {
            if (_outage is null)
            {
                PersistenceLog.DatabaseFails(logger, typeof(TDbContext).Name, DatabaseFailures.ReasonOf(exception));
            }

            _outage = new Outage(_outage?.Since ?? now, now, (_outage?.Failures ?? 0) + 1);
            return true;
        }
    }

    /// <summary>Something succeeded that needed the database.</summary>
    public void Succeeded()
    {
        if (Volatile.Read(ref _outage) is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_outage is { } outage && clock.GetElapsedTime(outage.Last) >= Calm)
            {
                var lasted = clock.GetElapsedTime(outage.Since, outage.Last);
                PersistenceLog.DatabaseWorks(logger, typeof(TDbContext).Name, outage.Failures, lasted);
                _outage = null;
            }
        }
    }

    private sealed record Outage(long Since, long Last, int Failures);
}
