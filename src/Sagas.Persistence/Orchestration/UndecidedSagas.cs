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
                var store = new UndecidedRows(session, transaction, cancellationToken);
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
                var store = new UndecidedRows(session, transaction, cancellationToken);
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
}
