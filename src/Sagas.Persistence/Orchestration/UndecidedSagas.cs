using System.Data.Common;
using System.Text.Json;

namespace Sagas.Persistence;

/// <summary>
/// Keeps the sagas that a worker could not decide about, so that one which can finds them: each with its own attempts
/// and pauses, beside those that are due.
/// </summary>
public sealed class UndecidedSagas
{
    /// <summary>How many messages wait for one saga at most.</summary>
    internal const int MaxMessages = 100;

    private const int LongestReason = 500;

    private const int SweptAtOnce = 50;

    private const int MaxReasons = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Database<SagaStoreDbContext> _database;
    private readonly TimeProvider _clock;

    internal UndecidedSagas(Database<SagaStoreDbContext> database, TimeProvider clock)
    {
        _database = database;
        _clock = clock;
    }

    private DateTime Now => _clock.GetUtcNow().UtcDateTime;

    /// <summary>How many sagas are undecided, and why.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<UndecidedFigures> ReadAsync(CancellationToken cancellationToken)
    {
        return _database.ReadAsync(
            async session =>
            {
                await using var command = session.Command(
                    $"""
                    SELECT reason, count(*), min(first_at), min(CAST(saga_id AS text)),
                        CAST(sum(count(*)) OVER () AS bigint)
                    FROM {session.Map<UndecidedSaga>().Table} AS undecided
                    WHERE row_version = {UndecidedSql.CurrentVersion(session)}
                    GROUP BY reason ORDER BY 2 DESC, 1 LIMIT {MaxReasons}
                    """);
                var (count, reasons) = (0L, new List<UndecidedCause>());
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    reasons.Add(new UndecidedCause(
                        reader.GetString(0),
                        reader.GetInt64(1),
                        DateTime.SpecifyKind(reader.GetDateTime(2), DateTimeKind.Utc),
                        Guid.Parse(reader.GetString(3))));
                    count = reader.GetInt64(4);
                }

                return new UndecidedFigures(count, reasons);
            },
            cancellationToken);
    }

    /// <summary>
    /// Notes that a saga could not be decided about, and keeps the message that was for it, if there is one. The saga is
    /// left alone for a while: from a second, doubled with each attempt, up to 5 minutes.
    /// </summary>
    /// <param name="sagaId">The saga.</param>
    /// <param name="reason">Why.</param>
    /// <param name="message">The message, as it is to be sent to the workers' queue once more.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>
    /// The row, or <see langword="null"/> if so many messages wait for the saga that it was not taken.
    /// </returns>
    internal Task<UndecidedSaga?> NoteAsync(
        Guid sagaId, string reason, OutboxMessage? message, CancellationToken cancellationToken)
    {
        return _database.WriteAsync(
            async session =>
            {
                // The saga's row first, which is the order of deliveries.
                await using var transaction = await session.Connection.BeginTransactionAsync(cancellationToken);
                var store = new Store(session, transaction, cancellationToken);
                var version = await store.LockSagaAsync(sagaId);
                if (message is not null && !await store.TryKeepAsync(sagaId, message, Now))
                {
                    return null;
                }

                var earlier = await store.FindAsync(sagaId) is { } found && found.RowVersion == version ? found : null;
                var now = Now;
                var row = new UndecidedSaga
                {
                    SagaId = sagaId,
                    RowVersion = version,
                    Attempts = earlier?.Attempts ?? 1,
                    FirstAt = earlier?.FirstAt ?? now,
                    LastAt = now,
                    Reason = Printable(reason),
                    Worker = Environment.MachineName,
                };
                row.NextLookAt = now + OutboxBackoff.After(row.Attempts, FirstPause, LongestPause);
                await store.SaveAsync(row);

                // In the place of the claim of whoever told of it, also for workers that do not know these tables.
                await store.ClaimAsync([sagaId], row.NextLookAt, skipLocked: false);
                await transaction.CommitAsync(cancellationToken);
                return row;
            },
            cancellationToken);
    }

    /// <summary>
    /// Takes undecided sagas whose time has come, and forgets those that were decided about since. The messages that
    /// waited for either go back to the workers' queue, through the outbox.
    /// </summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="lease">For how long they are the caller's.</param>
    /// <param name="sweeps">Whether to look for those that were decided about.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task<UndecidedLooks> TakeAsync(
        int limit, TimeSpan lease, bool sweeps, CancellationToken cancellationToken)
    {
        try
        {
            return await TakeAtOnceAsync(limit, lease, sweeps, cancellationToken);
        }
        catch (Exception exception) when (IsOfOneSaga(exception))
        {
            return await TakeOneByOneAsync(limit, lease, cancellationToken);
        }
    }

    /// <summary>Whether it failed because of what one of them is, or has waiting, and not because the database failed.</summary>
    private static bool IsOfOneSaga(Exception exception) =>
        exception is JsonException or DbException && !DatabaseFailures.IsTransient(exception);

    /// <summary>One which cannot be taken waits for the longest pause, and holds up no other.</summary>
    private async Task<UndecidedLooks> TakeOneByOneAsync(int limit, TimeSpan lease, CancellationToken cancellationToken)
    {
        var (sagas, released) = (new List<Guid>(), 0);
        for (var i = 0; i < limit; i++)
        {
            try
            {
                var one = await TakeAtOnceAsync(1, lease, sweeps: false, cancellationToken);
                if (one.Due.Count == 0 && one.Released == 0)
                {
                    break;
                }

                sagas.AddRange(one.Due);
                released += one.Released;
            }
            catch (Exception exception) when (IsOfOneSaga(exception))
            {
                await PostponeFirstAsync(cancellationToken);
            }
        }

        return new UndecidedLooks(sagas, released);
    }

    private Task<int> PostponeFirstAsync(CancellationToken cancellationToken)
    {
        return _database.WriteAsync(
            async session =>
            {
                var table = session.Map<UndecidedSaga>().Table;
                await using var command = session.Command(
                    $"""
                    UPDATE {table} SET next_look_at = $1 WHERE saga_id = (
                        SELECT saga_id FROM {table} WHERE next_look_at <= $2 ORDER BY next_look_at LIMIT 1)
                    """,
                    Now + LongestPause,
                    Now);
                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);
    }

    private Task<UndecidedLooks> TakeAtOnceAsync(
        int limit, TimeSpan lease, bool sweeps, CancellationToken cancellationToken)
    {
        return _database.WriteAsync(
            async session =>
            {
                var now = Now;
                if (await FirstLookAsync(session, cancellationToken) is not { } first || (first > now && !sweeps))
                {
                    return UndecidedLooks.None;
                }

                await using var transaction = await session.Connection.BeginTransactionAsync(cancellationToken);
                var store = new Store(session, transaction, cancellationToken);
                var over = sweeps ? await store.SweepAsync(SweptAtOnce) : [];
                var due = await store.TakeDueAsync(limit, now, now + lease);
                var released = await store.ReleaseAsync([.. over, .. due], now);
                if (released.Count > 0)
                {
                    // What times out is not to overtake the replies.
                    await store.ClaimAsync([.. released.Keys], now + lease, skipLocked: true);
                }

                var without = due.Except(released.Keys).ToList();
                var unstarted = await store.ForgetUnstartedAsync(without);
                await transaction.CommitAsync(cancellationToken);
                return new UndecidedLooks([.. without.Except(unstarted)], released.Values.Sum());
            },
            cancellationToken);
    }

    /// <summary>Has all of them looked at anew, as when a worker starts that may know more than the others.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    internal Task BringForwardAsync(CancellationToken cancellationToken)
    {
        return _database.WriteAsync(
            async session =>
            {
                await using var command = session.Command(
                    $"UPDATE {session.Map<UndecidedSaga>().Table} SET next_look_at = $1 WHERE next_look_at > $1", Now);
                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);
    }

    private static async Task<DateTime?> FirstLookAsync(DatabaseSession session, CancellationToken cancellationToken)
    {
        await using var command = session.Command($"SELECT min(next_look_at) FROM {session.Map<UndecidedSaga>().Table}");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) && !await reader.IsDBNullAsync(0, cancellationToken)
            ? DateTime.SpecifyKind(reader.GetDateTime(0), DateTimeKind.Utc)
            : null;
    }

    private static string Printable(string reason)
    {
        var text = reason.Length > LongestReason ? reason[..(LongestReason - 1)] + '…' : reason;
        return string.Create(text.Length, text, static (line, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                line[i] = char.IsControl(from[i]) || char.IsSurrogate(from[i]) ? ' ' : from[i];
            }
        });
    }

    /// <summary>The statements, in one transaction.</summary>
    private sealed class Store(DatabaseSession session, DbTransaction transaction, CancellationToken cancellationToken)
    {
        private readonly EntityMap _saga = session.Map<SagaState>();
        private readonly EntityMap _undecided = session.Map<UndecidedSaga>();
        private readonly EntityMap _message = session.Map<UndecidedMessage>();

        /// <returns>The version of the saga's row, which is locked; -1 if there is none.</returns>
        public async Task<int> LockSagaAsync(Guid sagaId)
        {
            await using var command = Command(
                $"SELECT {_saga.Version!.SqlName} FROM {_saga.Table} WHERE {_saga.Key[0].SqlName} = $1"
                    + session.Dialect.ForUpdate,
                sagaId);
            return await command.ReadColumnAsync<int>(cancellationToken) is [var version] ? version : UndecidedSql.NoSaga;
        }

        public async Task<UndecidedSaga?> FindAsync(Guid sagaId)
        {
            await using var command = Command(
                $"SELECT {_undecided.ColumnList} FROM {_undecided.Table} WHERE saga_id = $1{session.Dialect.ForUpdate}",
                sagaId);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await reader.ReadAsync(cancellationToken) ? (UndecidedSaga)_undecided.Read(reader) : null;
        }

        public Task SaveAsync(UndecidedSaga row)
        {
            var columns = _undecided.Updated.Select(column => $"{column.SqlName} = excluded.{column.SqlName}");
            return InsertAsync(
                _undecided, row, $" ON CONFLICT (saga_id) DO UPDATE SET {string.Join(", ", columns)}");
        }

        /// <returns>Whether there was room for the message.</returns>
        public async Task<bool> TryKeepAsync(Guid sagaId, OutboxMessage message, DateTime now)
        {
            await using (var command = Command($"SELECT count(*) FROM {_message.Table} WHERE saga_id = $1", sagaId))
            {
                if (await command.ReadColumnAsync<long>(cancellationToken) is [>= MaxMessages])
                {
                    return false;
                }
            }

            await InsertAsync(
                _message,
                new UndecidedMessage
                {
                    Id = Guid.NewGuid(),
                    SagaId = sagaId,
                    ReceivedAt = now,
                    Message = JsonSerializer.Serialize(message),
                },
                "");
            return true;
        }

        /// <summary>Takes due sagas from all, so that nobody else looks at them soon.</summary>
        public async Task ClaimAsync(IReadOnlyCollection<Guid> sagaIds, DateTime until, bool skipLocked)
        {
            var (id, due) = (_saga.Key[0].SqlName, _saga.Column(nameof(SagaState.DueAt)).SqlName);
            await using var command = Command(
                $"""
                UPDATE {_saga.Table} SET {_saga.Column(nameof(SagaState.DueClaimedUntil)).SqlName} = $1
                WHERE {id} IN (
                    SELECT {id} FROM {_saga.Table} WHERE {session.Dialect.IsIn(id, "$2")} AND {due} IS NOT NULL
                    {(skipLocked ? session.Dialect.ForUpdateSkipLocked : "")})
                """,
                until,
                sagaIds);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        /// <returns>Sagas that were decided about, or are gone.</returns>
        public async Task<IReadOnlyList<Guid>> SweepAsync(int limit)
        {
            await using var command = Command(
                $"""
                DELETE FROM {_undecided.Table} WHERE saga_id IN (
                    SELECT saga_id FROM {_undecided.Table} AS undecided
                    WHERE row_version <> {UndecidedSql.CurrentVersion(session)}
                    LIMIT $1{session.Dialect.ForUpdateSkipLocked})
                RETURNING saga_id
                """,
                limit);
            return await command.ReadColumnAsync<Guid>(cancellationToken);
        }

        public async Task<IReadOnlyList<Guid>> TakeDueAsync(int limit, DateTime now, DateTime until)
        {
            await using var command = Command(
                $"""
                UPDATE {_undecided.Table} SET next_look_at = $1, attempts = attempts + 1
                WHERE saga_id IN (
                    SELECT saga_id FROM {_undecided.Table} WHERE next_look_at <= $2
                    ORDER BY next_look_at LIMIT $3{session.Dialect.ForUpdateSkipLocked})
                RETURNING saga_id
                """,
                until,
                now,
                limit);
            return await command.ReadColumnAsync<Guid>(cancellationToken);
        }

        /// <summary>Forgets those that a start waited for, which is out, and that have not started.</summary>
        public async Task<IReadOnlyList<Guid>> ForgetUnstartedAsync(List<Guid> sagaIds)
        {
            if (sagaIds.Count == 0)
            {
                return [];
            }

            await using var command = Command(
                $"DELETE FROM {_undecided.Table} WHERE {session.Dialect.IsIn("saga_id", "$1")} AND row_version < 0 "
                    + "RETURNING saga_id",
                sagaIds);
            return await command.ReadColumnAsync<Guid>(cancellationToken);
        }

        /// <summary>Moves the messages that wait for sagas to the outbox.</summary>
        /// <returns>How many there were for each.</returns>
        public async Task<IReadOnlyDictionary<Guid, int>> ReleaseAsync(IReadOnlyCollection<Guid> sagaIds, DateTime now)
        {
            if (sagaIds.Count == 0)
            {
                return new Dictionary<Guid, int>();
            }

            var messages = new List<UndecidedMessage>();
            await using (var command = Command(
                $"""
                DELETE FROM {_message.Table} WHERE {session.Dialect.IsIn("saga_id", "$1")}
                RETURNING {_message.ColumnList}
                """,
                sagaIds))
            {
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    messages.Add((UndecidedMessage)_message.Read(reader));
                }
            }

            var outbox = session.Map<OutboxMessage>();
            foreach (var message in messages.OrderBy(message => message.ReceivedAt))
            {
                var row = JsonSerializer.Deserialize<OutboxMessage>(message.Message)!;
                (row.EnqueuedAt, row.NextTryAt) = (now, now);
                await InsertAsync(outbox, row, "");
            }

            return messages.CountBy(message => message.SagaId).ToDictionary();
        }

        private async Task InsertAsync(EntityMap map, object row, string suffix)
        {
            var statement = session.Dialect.InsertRow(map, row, null);
            await using var command = Command(statement.Text + suffix);
            command.Parameters.AddRange(statement.Parameters.ToArray());
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        private DbCommand Command(string text, params ReadOnlySpan<object?> values) =>
            session.Dialect.CreateCommand(session.Connection, transaction, text, values);
    }
}
