using System.Data.Common;
using Npgsql;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Store;

/// <summary>Finds the sagas that the engine must look at by itself.</summary>
public sealed class DueSagas
{
    private readonly Database<SagaStoreDbContext> _database;
    private readonly TimeProvider _clock;
    private readonly DatabaseClock? _databaseClock;

    internal DueSagas(Database<SagaStoreDbContext> database, TimeProvider clock, DatabaseClock? databaseClock)
    {
        _database = database;
        _clock = clock;
        _databaseClock = databaseClock;
    }

    /// <summary>
    /// Takes sagas that are due, the longest due first, and that nobody else has taken. They are the caller's until the
    /// lease ends or the saga changes; what was taken and not looked at is found again. Sagas that are undecided are not
    /// among them: <see cref="UndecidedSagas"/> has those.
    /// </summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="lease">For how long.</param>
    /// <param name="except">Sagas that are not taken, even if nobody has them.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<IReadOnlyList<DueSaga>> ClaimAsync(
        int limit,
        TimeSpan lease,
        IReadOnlyCollection<Guid> except,
        CancellationToken cancellationToken)
    {
        return _database.WriteAsync(
            session => session.Connection is NpgsqlConnection connection
                ? ClaimByDatabaseClockAsync(session, connection, limit, lease, except, cancellationToken)
                : ClaimAsync(session, limit, lease, except, cancellationToken),
            cancellationToken);
    }

    /// <summary>
    /// What has become of sagas that were taken. One that turned out to be undecided is neither held nor lapsed.
    /// </summary>
    /// <param name="sagaIds">Sagas that were taken.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<DueClaims> FindClaimsAsync(IReadOnlyCollection<Guid> sagaIds, CancellationToken cancellationToken)
    {
        return _database.ReadAsync(
            async session =>
            {
                var map = session.Map<SagaState>();
                var (id, claimed) = (map.Key[0].SqlName, map.Column(nameof(SagaState.DueClaimedUntil)).SqlName);
                await using var command = session.Command(
                    $"SELECT {id}, {claimed} > $2 FROM {map.Table} AS saga "
                    + $"WHERE {session.Dialect.IsIn(id, "$1")} AND {claimed} IS NOT NULL "
                    + $"AND {UndecidedSql.IsDecidable(session)}",
                    sagaIds,
                    _clock.GetUtcNow().UtcDateTime);
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                var (held, lapsed) = (new HashSet<Guid>(), 0);
                while (await reader.ReadAsync(cancellationToken))
                {
                    if (reader.GetBoolean(1))
                    {
                        held.Add(reader.GetGuid(0));
                    }
                    else
                    {
                        lapsed++;
                    }
                }

                return new DueClaims(held, lapsed);
            },
            cancellationToken);
    }

    /// <remarks>Its parameters are the limit and the exceptions.</remarks>
    private static string Claim(DatabaseSession session, string now, string until)
    {
        var map = session.Map<SagaState>();
        var id = map.Key[0].SqlName;
        var due = map.Column(nameof(SagaState.DueAt)).SqlName;
        var claimed = map.Column(nameof(SagaState.DueClaimedUntil)).SqlName;
        return $"""
            UPDATE {map.Table} SET {claimed} = {until}
            WHERE {id} IN (
                SELECT {id} FROM {map.Table} AS saga
                WHERE {due} <= {now} AND ({claimed} IS NULL OR {claimed} <= {now})
                AND NOT ({session.Dialect.IsIn(id, "$2")})
                AND {UndecidedSql.IsDecidable(session)} AND {UndecidedSql.HasNoMessages(session)}
                ORDER BY {due} LIMIT $1{session.Dialect.ForUpdateSkipLocked})
            RETURNING {id}, {due}
            """;
    }

    private static async Task<List<DueSaga>> ReadAsync(DbDataReader reader, CancellationToken cancellationToken)
    {
        var sagas = new List<DueSaga>();
        while (await reader.ReadAsync(cancellationToken))
        {
            sagas.Add(new DueSaga(
                reader.GetGuid(0), DateTime.SpecifyKind(reader.GetDateTime(1), DateTimeKind.Utc)));
        }

        sagas.Sort((left, right) => left.DueAt.CompareTo(right.DueAt));
        return sagas;
    }

    private async Task<IReadOnlyList<DueSaga>> ClaimAsync(
        DatabaseSession session,
        int limit,
        TimeSpan lease,
        IReadOnlyCollection<Guid> except,
        CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        await using var command = session.Command(Claim(session, "$3", "$4"), limit, except, now, now + lease);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    private async Task<IReadOnlyList<DueSaga>> ClaimByDatabaseClockAsync(
        DatabaseSession session,
        NpgsqlConnection connection,
        int limit,
        TimeSpan lease,
        IReadOnlyCollection<Guid> except,
        CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(DatabaseClock.Query),
                new NpgsqlBatchCommand(Claim(session, "now()", "now() + $3"))
                {
                    Parameters = { new() { Value = limit }, new() { Value = except.ToArray() }, new() { Value = lease } },
                },
            },
        };
        var before = _clock.GetTimestamp();
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        _databaseClock?.Set(reader.GetDateTime(0), before);
        await reader.NextResultAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }
}
