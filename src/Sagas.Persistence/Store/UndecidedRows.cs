using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Store;

/// <summary>The rows of undecided sagas and of the messages that wait for them, in one transaction.</summary>
internal sealed class UndecidedRows(DatabaseSession session, DbTransaction transaction, CancellationToken cancellationToken)
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

    /// <summary>Keeps a message, once, however often it is delivered.</summary>
    /// <returns>Whether there was room for the message.</returns>
    public async Task<bool> TryKeepAsync(Guid sagaId, OutboxMessage message, DateTime now)
    {
        await using (var command = Command($"SELECT count(*) FROM {_message.Table} WHERE saga_id = $1", sagaId))
        {
            if (await command.ReadColumnAsync<long>(cancellationToken) is [>= UndecidedSagas.MaxMessages])
            {
                return false;
            }
        }

        await InsertAsync(
            _message,
            new UndecidedMessage
            {
                Id = IdOf(sagaId, message.MessageId),
                SagaId = sagaId,
                ReceivedAt = now,
                Message = JsonSerializer.Serialize(message),
            },
            " ON CONFLICT (id) DO NOTHING");
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

    /// <returns>Sagas that have no row here, and for which messages wait.</returns>
    public async Task<IReadOnlyList<Guid>> FindWithoutRowAsync(int limit)
    {
        await using var command = Command(
            $"SELECT DISTINCT saga_id FROM {_message.Table} AS message WHERE {UndecidedSql.HasNoRow(session)} LIMIT $1",
            limit);
        return await command.ReadColumnAsync<Guid>(cancellationToken);
    }

    /// <summary>
    /// Moves the messages that wait for sagas to the outbox. One that cannot be read, or that the outbox does not take,
    /// stays.
    /// </summary>
    public async Task<ReleasedMessages> ReleaseAsync(IReadOnlyCollection<Guid> sagaIds, DateTime now)
    {
        if (sagaIds.Count == 0)
        {
            return ReleasedMessages.None;
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

        var (sent, kept) = (new List<Guid>(), new Dictionary<Guid, string>());
        foreach (var message in messages.OrderBy(message => message.ReceivedAt))
        {
            if (await TrySendAsync(message, now) is not { } problem)
            {
                sent.Add(message.SagaId);
                continue;
            }

            kept[message.SagaId] = problem;
            await InsertAsync(_message, message, "");
        }

        return new ReleasedMessages(sent.CountBy(sagaId => sagaId).ToDictionary(), kept);
    }

    /// <returns>What is wrong with the message, or <see langword="null"/> if it is in the outbox.</returns>
    private async Task<string?> TrySendAsync(UndecidedMessage message, DateTime now)
    {
        const string Savepoint = "message";
        await transaction.SaveAsync(Savepoint, cancellationToken);
        try
        {
            var row = JsonSerializer.Deserialize<OutboxMessage>(message.Message)!;
            (row.EnqueuedAt, row.NextTryAt) = (now, now);
            await InsertAsync(session.Map<OutboxMessage>(), row, "");
            await transaction.ReleaseAsync(Savepoint, cancellationToken);
            return null;
        }
        catch (Exception exception) when (
            exception is JsonException || (exception is DbException && !DatabaseFailures.IsTransient(exception)))
        {
            await transaction.RollbackAsync(Savepoint, cancellationToken);
            return exception.Message;
        }
    }

    /// <summary>A message that is delivered again while it waits is the same row.</summary>
    private static Guid IdOf(Guid sagaId, Guid messageId) =>
        new(SHA256.HashData([.. sagaId.ToByteArray(), .. messageId.ToByteArray()]).AsSpan(0, 16));

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
