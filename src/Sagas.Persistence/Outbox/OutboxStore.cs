using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Outbox;

/// <summary>Reads and writes the rows of the outbox for the dispatcher and the cleaner.</summary>
internal sealed class OutboxStore<TDbContext>(Database<TDbContext> database, [SagaClock] TimeProvider clock)
    where TDbContext : DbContext
{
    /// <summary>That of one of the context's databases, by its name; this one without a name.</summary>
    public OutboxStore<TDbContext> Of(string? name)
    {
        return name is null ? this : new OutboxStore<TDbContext>(database.Of(name), clock);
    }

    /// <summary>
    /// Takes messages that are due, that no other dispatcher has taken and that need not wait for another one, in the
    /// order in which they were written. They are this process's until the lease ends, and each has one attempt more.
    /// </summary>
    public Task<IReadOnlyList<OutboxMessage>> ClaimAsync(
        int limit,
        TimeSpan lease,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        return database.WriteAsync<IReadOnlyList<OutboxMessage>>(
            async session =>
            {
                var map = session.Map<OutboxMessage>();
                var number = map.Generated!.SqlName;
                var nextTry = map.Column(nameof(OutboxMessage.NextTryAt)).SqlName;
                var attempts = map.Column(nameof(OutboxMessage.Attempts)).SqlName;
                var parked = map.Column(nameof(OutboxMessage.ParkedAt)).SqlName;
                var key = map.Column(nameof(OutboxMessage.OrderingKey)).SqlName;
                var now = clock.GetUtcNow().UtcDateTime;
                await using var transaction = await session.Connection.BeginTransactionAsync(cancellationToken);
                await session.Dialect.ExecuteAsync(
                    transaction, [.. session.Dialect.WalkIndexes()], false, cancellationToken);
                await using var command = session.Dialect.CreateCommand(
                    session.Connection,
                    transaction,
                    $"""
                    UPDATE {map.Table} SET {nextTry} = $1, {attempts} = {attempts} + 1
                    WHERE {number} IN (
                        SELECT {number} FROM {map.Table} AS message WHERE {nextTry} <= $2 AND {parked} IS NULL
                            AND NOT EXISTS (
                                SELECT 1 FROM {map.Table} AS earlier WHERE earlier.{key} = message.{key}
                                    AND earlier.{number} < message.{number} AND {OutboxOrder.HoldsUp(map, "earlier")})
                        ORDER BY {nextTry}, {number} LIMIT $3{session.Dialect.ForUpdateSkipLocked})
                    RETURNING {map.ColumnList}
                    """,
                    now + lease,
                    now,
                    limit);
                command.CommandTimeout = (int)timeout.TotalSeconds;
                var messages = new List<OutboxMessage>();
                await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
                {
                    while (await reader.ReadAsync(cancellationToken))
                    {
                        messages.Add((OutboxMessage)map.Read(reader));
                    }
                }

                await transaction.CommitAsync(cancellationToken);
                messages.Sort((left, right) => left.SequenceNumber.CompareTo(right.SequenceNumber));
                return messages;
            },
            cancellationToken);
    }

    /// <summary>Makes rows due now that no dispatcher has tried yet.</summary>
    public Task MakeDueAsync(IReadOnlyCollection<long> numbers, CancellationToken cancellationToken)
    {
        return database.WriteAsync(session => MakeDueAsync(session, numbers, cancellationToken), cancellationToken);
    }

    /// <summary>Makes rows due in the database of a context that is there.</summary>
    public Task MakeDueAsync(
        DbContext context, IReadOnlyCollection<long> numbers, CancellationToken cancellationToken)
    {
        return database.WriteAsync(
            context, session => MakeDueAsync(session, numbers, cancellationToken), cancellationToken);
    }

    /// <summary>Which of these rows are there, and hold up those that come after them.</summary>
    public Task<HashSet<long>> FindHoldingAsync(IReadOnlyCollection<long> numbers, CancellationToken cancellationToken)
    {
        return database.ReadAsync(
            async session =>
            {
                var map = session.Map<OutboxMessage>();
                var number = map.Generated!.SqlName;
                await using var command = session.Command(
                    $"""
                    SELECT {number} FROM {map.Table} AS message
                    WHERE {session.Dialect.IsIn(number, "$1")} AND {OutboxOrder.HoldsUp(map, "message")}
                    """,
                    numbers);
                return (await command.ReadColumnAsync<long>(cancellationToken)).ToHashSet();
            },
            cancellationToken);
    }

    public Task DeleteAsync(IReadOnlyCollection<long> numbers, CancellationToken cancellationToken)
    {
        return database.WriteAsync(session => DeleteAsync(session, numbers, cancellationToken), cancellationToken);
    }

    /// <summary>Deletes rows in the database of a context that is there.</summary>
    public Task DeleteAsync(
        DbContext context, IReadOnlyCollection<long> numbers, CancellationToken cancellationToken)
    {
        return database.WriteAsync(
            context, session => DeleteAsync(session, numbers, cancellationToken), cancellationToken);
    }

    /// <summary>Writes back what a failed attempt changed: attempts, next try, parked, last error.</summary>
    public Task SaveFailuresAsync(IReadOnlyList<OutboxMessage> rows, CancellationToken cancellationToken)
    {
        return database.WriteAsync(
            async session =>
            {
                var map = session.Map<OutboxMessage>();
                foreach (var row in rows)
                {
                    var parkedAt = row.ParkedAt is null ? "NULL" : "$5";
                    await using var command = session.Command(
                        $"""
                        UPDATE {map.Table} SET
                            {map.Column(nameof(OutboxMessage.Attempts)).SqlName} = $1,
                            {map.Column(nameof(OutboxMessage.NextTryAt)).SqlName} = $2,
                            {map.Column(nameof(OutboxMessage.LastError)).SqlName} = $3,
                            {map.Column(nameof(OutboxMessage.ParkedAt)).SqlName} = {parkedAt}
                        WHERE {map.Generated!.SqlName} = $4
                        """,
                        row.ParkedAt is { } at
                            ? [row.Attempts, row.NextTryAt, row.LastError, row.SequenceNumber, at]
                            : [row.Attempts, row.NextTryAt, row.LastError, row.SequenceNumber]);
                    await command.ExecuteNonQueryAsync(cancellationToken);
                }

                return rows.Count;
            },
            cancellationToken);
    }

    private async Task<int> MakeDueAsync(
        DatabaseSession session, IReadOnlyCollection<long> numbers, CancellationToken cancellationToken)
    {
        var map = session.Map<OutboxMessage>();
        var attempts = map.Column(nameof(OutboxMessage.Attempts)).SqlName;
        await using var command = session.Command(
            $"""
            UPDATE {map.Table} SET {map.Column(nameof(OutboxMessage.NextTryAt)).SqlName} = $1
            WHERE {session.Dialect.IsIn(map.Generated!.SqlName, "$2")} AND {attempts} = 0
            """,
            clock.GetUtcNow().UtcDateTime,
            numbers);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<int> DeleteAsync(
        DatabaseSession session, IReadOnlyCollection<long> numbers, CancellationToken cancellationToken)
    {
        var map = session.Map<OutboxMessage>();
        await using var command = session.Command(
            $"DELETE FROM {map.Table} WHERE {session.Dialect.IsIn(map.Generated!.SqlName, "$1")}", numbers);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
