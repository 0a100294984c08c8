using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Retention;

/// <summary>
/// Deletes sagas that ended long ago, with their history, expired idempotency keys and sessions, and what operators did
/// long ago.
/// </summary>
internal sealed class RetentionService(
    Database<SagaStoreDbContext> database,
    IOptions<RetentionOptions> options,
    DatabaseWatch<SagaStoreDbContext> watch,
    [SagaClock] TimeProvider clock,
    ILogger<RetentionService> logger) : BackgroundService
{
    /// <summary>Deletes everything that is old, in small transactions.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        var sagas = await RepeatAsync("saga_state", DeleteSagasAsync, cancellationToken);
        var keys = await RepeatAsync("idempotency_key", DeleteKeysAsync, cancellationToken);
        var actions = await RepeatAsync("operator_action", DeleteActionsAsync, cancellationToken);
        await RepeatAsync("ended_session", DeleteSessionsAsync, cancellationToken);
        if (sagas + keys + actions > 0)
        {
            PersistenceLog.RetentionDeleted(logger, sagas, keys, actions);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(options.Value.Interval, clock, stoppingToken);
                await CleanAsync(stoppingToken);
            }
            catch (Exception exception) when (HostEnd.Explains(exception, stoppingToken))
            {
                return;
            }
            catch (Exception exception)
            {
                if (!watch.Failed(exception))
                {
                    PersistenceLog.CleanupFailed(logger, exception, nameof(SagaStoreDbContext), options.Value.Interval);
                }
            }
        }
    }

    private Task<int> RepeatAsync(
        string table,
        Func<DatabaseSession, DeletedBatch, CancellationToken, Task<int>> delete,
        CancellationToken cancellationToken) =>
        new BatchDeletion<SagaStoreDbContext>(database, logger).RunAsync(
            table,
            options.Value.BatchSize,
            (session, batch) => delete(session, batch, cancellationToken),
            cancellationToken);

    private async Task<int> DeleteSagasAsync(
        DatabaseSession session, DeletedBatch batch, CancellationToken cancellationToken)
    {
        await using var transaction = await session.Connection.BeginTransactionAsync(cancellationToken);
        var state = session.Map<SagaState>();
        var history = session.Map<SagaHistoryEntry>();
        IReadOnlyList<Guid> ids;
        await using (var command = session.Dialect.CreateCommand(
            session.Connection,
            transaction,
            $"SELECT id FROM {state.Table} WHERE ended_at < $1 ORDER BY ended_at LIMIT $2 OFFSET $3"
                + session.Dialect.ForUpdateSkipLocked,
            clock.GetUtcNow().UtcDateTime - options.Value.FinishedSagas,
            batch.Limit,
            batch.Offset))
        {
            ids = await command.ReadColumnAsync<Guid>(cancellationToken);
        }

        foreach (var (table, column) in new[] { (history.Table, "saga_id"), (state.Table, "id") })
        {
            await using var command = session.Dialect.CreateCommand(
                session.Connection,
                transaction,
                $"DELETE FROM {table} WHERE {session.Dialect.IsIn(column, "$1")}",
                ids);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return ids.Count;
    }

    private Task<int> DeleteActionsAsync(
        DatabaseSession session, DeletedBatch batch, CancellationToken cancellationToken) =>
        DeleteAsync<OperatorAction>(
            session, batch, "id", "time", options.Value.OperatorActions, isKept: null, cancellationToken);

    private Task<int> DeleteKeysAsync(
        DatabaseSession session, DeletedBatch batch, CancellationToken cancellationToken) =>
        DeleteAsync<IdempotencyKeyRow>(
            session,
            batch,
            "key",
            "expires_at",
            TimeSpan.Zero,
            KeyReservation.IsOfRunningSaga("old", session.Map<SagaState>()),
            cancellationToken);

    private Task<int> DeleteSessionsAsync(
        DatabaseSession session, DeletedBatch batch, CancellationToken cancellationToken) =>
        DeleteAsync<EndedSession>(session, batch, "id", "expires_at", TimeSpan.Zero, isKept: null, cancellationToken);

    private async Task<int> DeleteAsync<TRow>(
        DatabaseSession session,
        DeletedBatch batch,
        string key,
        string instant,
        TimeSpan keptFor,
        string? isKept,
        CancellationToken cancellationToken)
        where TRow : class
    {
        var table = session.Map<TRow>().Table;
        var others = isKept is null ? "" : $"AND NOT {isKept}";
        await using var command = session.Command(
            $"""
            DELETE FROM {table} WHERE {key} IN (
                SELECT {key} FROM {table} old WHERE {instant} < $1 {others}
                ORDER BY {instant} LIMIT $2 OFFSET $3{session.Dialect.ForUpdateSkipLocked})
            """,
            clock.GetUtcNow().UtcDateTime - keptFor,
            batch.Limit,
            batch.Offset);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
