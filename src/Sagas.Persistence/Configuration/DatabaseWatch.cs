using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sagas.Persistence.Clock;

namespace Sagas.Persistence.Configuration;

/// <summary>
/// Says once that a context's database fails, once each time it fails for another reason, and once that it works again,
/// however many deliveries and services wait for it meanwhile. Each failure by itself is logged at the level Debug.
/// </summary>
/// <typeparam name="TDbContext">The context.</typeparam>
/// <param name="clock">The clock.</param>
/// <param name="logger">Where it says so.</param>
/// <param name="scopes">
/// Where the context is had from whose pool is cleared when its sessions turn out to be stale; without it, none is.
/// </param>
public sealed class DatabaseWatch<TDbContext>(
    [SagaClock] TimeProvider clock, ILogger<DatabaseWatch<TDbContext>> logger, IServiceScopeFactory? scopes = null)
    where TDbContext : DbContext
{
    /// <summary>
    /// How long nothing may have failed before it counts as working again: a database whose disk is full still reads.
    /// </summary>
    public static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);

    /// <summary>How long it may fail before the process counts as not able to do its work.</summary>
    public static readonly TimeSpan Blip = TimeSpan.FromSeconds(5);

    // Of one delivery that waits for ever, in vain, there are two within Calm.
    private const int Many = 5;

    /// <summary>How often the pool is cleared at most.</summary>
    private static readonly TimeSpan ClearInterval = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Outage? _outage;
    private long? _clearedAt;

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

        var (context, kind, now) = (typeof(TDbContext).Name, DatabaseFailures.KindOf(exception), clock.GetTimestamp());
        lock (_lock)
        {
            var outage = _outage ?? new Outage(now);
            var reason = DatabaseFailures.ReasonOf(exception);
            if (outage.Kinds.Add(kind))
            {
                if (outage.Kinds.Count == 1)
                {
                    PersistenceLog.DatabaseFails(logger, context, reason);
                }
                else
                {
                    PersistenceLog.DatabaseFailsOtherwise(logger, context, reason);
                }
            }

            outage.Last = now;
            outage.Reason = reason;
            outage.Latest.Enqueue(now);
            if (outage.Latest.Count > Many)
            {
                outage.Latest.Dequeue();
            }

            outage.Failures++;
            _outage = outage;
        }

        PersistenceLog.DatabaseAttemptFailed(logger, exception, context);
        if (StaleSessions.Shows(exception))
        {
            _ = ClearPoolAsync();
        }

        return true;
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

    /// <summary>
    /// What the database refuses although it may answer other questions, to more than one or two deliveries, for longer than
    /// <see cref="Blip"/> and up to now; <see langword="null"/> if nothing.
    /// </summary>
    public string? Refusal
    {
        get
        {
            lock (_lock)
            {
                return _outage is { } outage
                    && clock.GetElapsedTime(outage.Since, outage.Last) >= Blip
                    && outage.Latest.Count == Many
                    && clock.GetElapsedTime(outage.Latest.Peek()) < Calm
                        ? outage.Reason
                        : null;
            }
        }
    }

    private async Task ClearPoolAsync()
    {
        lock (_lock)
        {
            if (scopes is null || (_clearedAt is { } at && clock.GetElapsedTime(at) < ClearInterval))
            {
                return;
            }

            _clearedAt = clock.GetTimestamp();
        }

        try
        {
            await StaleSessions.ClearAsync<TDbContext>(scopes);
            PersistenceLog.PoolCleared(logger, typeof(TDbContext).Name);
        }
        catch (Exception exception)
        {
            // The host has ended, or the context is one whose pool cannot be had: its sessions end by themselves.
            PersistenceLog.PoolNotCleared(logger, exception, typeof(TDbContext).Name);
        }
    }

    /// <param name="since">When it began.</param>
    private sealed class Outage(long since)
    {
        public long Since { get; } = since;

        public long Last { get; set; }

        public int Failures { get; set; }

        public string Reason { get; set; } = "";

        /// <summary>When the latest failures were, the oldest first.</summary>
        public Queue<long> Latest { get; } = new();

        /// <summary>The kinds that were logged: each is logged once, also where two alternate.</summary>
        public HashSet<string> Kinds { get; } = new(StringComparer.Ordinal);
    }
}
