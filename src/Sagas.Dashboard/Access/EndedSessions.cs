using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Sagas.Dashboard.Queries;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Access;

/// <summary>
/// Knows which sessions were signed out before their time, at whichever worker. Only those are stored: to sign in and to
/// open a page writes nothing.
/// </summary>
internal sealed class EndedSessions(Database<SagaStoreDbContext> database, [SagaClock] TimeProvider clock) : IDisposable
{
    /// <summary>How old what a worker knows of the others' sessions may be.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromSeconds(2);

    private readonly AgedValue<HashSet<Guid>> _ended = new(clock);
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _endedHere = [];

    /// <summary>Whether somebody has ended the session.</summary>
    /// <param name="id">The session.</param>
    /// <param name="stop">Stops it.</param>
    public async Task<bool> ContainAsync(Guid id, CancellationToken stop) =>
        _endedHere.ContainsKey(id) || (await _ended.ReadAsync(Age, ReadAsync, stop)).Contains(id);

    /// <summary>Ends a session for good: here from now on, at other workers once what they know is too old.</summary>
    /// <param name="id">The session.</param>
    /// <param name="expiry">When it would have ended by itself at the latest.</param>
    /// <param name="stop">Stops it.</param>
    public async Task AddAsync(Guid id, DateTimeOffset expiry, CancellationToken stop)
    {
        foreach (var (old, _) in _endedHere.Where(x => x.Value < clock.GetUtcNow()))
        {
            _endedHere.TryRemove(old, out _);
        }

        await database.WriteAsync(
            async session =>
            {
                await using var command = session.Command(
                    $"""
                    INSERT INTO {session.Map<EndedSession>().Table} (id, expires_at) VALUES ($1, $2)
                    ON CONFLICT DO NOTHING
                    """,
                    id,
                    expiry.UtcDateTime);
                return await command.ExecuteNonQueryAsync(stop);
            },
            stop);
        _endedHere[id] = expiry;
    }

    public void Dispose() => _ended.Dispose();

    private Task<HashSet<Guid>> ReadAsync(CancellationToken stop)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return database.ReadAsync(
            session => session.Context.Set<EndedSession>().AsNoTracking()
                .Where(x => x.ExpiresAt > now).Select(x => x.Id).ToHashSetAsync(stop),
            stop);
    }
}
