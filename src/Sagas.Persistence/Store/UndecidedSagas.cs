using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Store;

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
                var store = new UndecidedRows(session, transaction, cancellationToken);
                var version = await store.LockSagaAsync(sagaId);
                if (message is not null && !await store.TryKeepAsync(sagaId, message, Now))
                {
                    return null;
                }

                var row = UndecidedSaga.After(
                    await store.FindAsync(sagaId), sagaId, version, Printable(reason), Now, Random.Shared.NextDouble);
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
        var (looks, kept) = await _database.WriteAsync(
            async session =>
            {
                var now = Now;
                if (!await HasWorkAsync(session, now, sweeps, cancellationToken))
                {
                    return (UndecidedLooks.None, ReleasedMessages.None.Kept);
                }

                await using var transaction = await session.Connection.BeginTransactionAsync(cancellationToken);
                var store = new UndecidedRows(session, transaction, cancellationToken);
                var over = sweeps ? await store.SweepAsync(SweptAtOnce) : [];
                var due = await store.TakeDueAsync(limit, now, now + lease);
                var without = sweeps ? await store.FindWithoutRowAsync(SweptAtOnce) : [];
                var (sent, kept) = await store.ReleaseAsync([.. over, .. due, .. without], now);
                if (sent.Count > 0)
                {
                    // What times out is not to overtake the replies.
                    await store.ClaimAsync([.. sent.Keys], now + lease, skipLocked: true);
                }

                var silent = due.Except(sent.Keys).Except(kept.Keys).ToList();
                var unstarted = await store.ForgetUnstartedAsync(silent);
                await transaction.CommitAsync(cancellationToken);
                return (new UndecidedLooks([.. silent.Except(unstarted)], sent.Values.Sum()), kept);
            },
            cancellationToken);
        foreach (var (sagaId, problem) in kept)
        {
            await NoteAsync(
                sagaId, $"A message that waits for the saga cannot be read here: {problem}", null, cancellationToken);
        }

        return looks;
    }

    private static async Task<bool> HasWorkAsync(
        DatabaseSession session, DateTime now, bool sweeps, CancellationToken cancellationToken)
    {
        var (sagas, messages) = (session.Map<UndecidedSaga>().Table, session.Map<UndecidedMessage>().Table);
        await using var command = sweeps
            ? session.Command($"SELECT 1 WHERE EXISTS (SELECT 1 FROM {sagas}) OR EXISTS (SELECT 1 FROM {messages})")
            : session.Command($"SELECT 1 WHERE EXISTS (SELECT 1 FROM {sagas} WHERE next_look_at <= $1)", now);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
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
}
