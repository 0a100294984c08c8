using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sagas.Persistence;

/// <summary>
/// Deletes sagas that ended long ago, with their history, expired idempotency keys, and what operators did long ago.
/// </summary>
internal sealed class RetentionService(
    Database<SagaStoreDbContext> database,
    IOptions<RetentionOptions> options,
    DatabaseWatch<SagaStoreDbContext> watch,
    TimeProvider clock,
    ILogger<RetentionService> logger) : BackgroundService
{
    /// <summary>Deletes everything that is old, in small transactions.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        var sagas = await RepeatAsync(DeleteSagasAsync, cancellationToken);
        var keys = await RepeatAsync(DeleteKeysAsync, cancellationToken);
        var actions = await RepeatAsync(DeleteActionsAsync, cancellationToken);
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

    private async Task<int> RepeatAsync(
        Func<DatabaseSession, CancellationToken, Task<int>> delete,
        CancellationToken cancellationToken)
    {
        var total = 0;
        int deleted;
        do
        {
            deleted = await database.WriteAsync(session => delete(session, cancellationToken), cancellationToken);
            total += deleted;
        }
        while (deleted == options.Value.BatchSize);
        return total;
    }

    private async Task<int> DeleteSagasAsync(DatabaseSession session, CancellationToken cancellationToken)
    {
        await using var transaction = await session.Connection.BeginTransactionAsync(cancellationToken);
        var state = session.Map<SagaState>();
        var history = session.Map<SagaHistoryEntry>();
        IReadOnlyList<Guid> ids;
        await using (var command = session.Dialect.CreateCommand(
            session.Connection,
            transaction,
            $"SELECT id FROM {state.Table} WHERE ended_at < $1 ORDER BY ended_at LIMIT $2"
                + session.Dialect.ForUpdateSkipLocked,
            clock.GetUtcNow().UtcDateTime - options.Value.FinishedSagas,
            options.Value.BatchSize))
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

    private Task<int> DeleteActionsAsync(DatabaseSession session, CancellationToken cancellationToken) =>
        DeleteAsync<OperatorAction>(session, "id", "time", options.Value.OperatorActions, cancellationToken);

    private Task<int> DeleteKeysAsync(DatabaseSession session, CancellationToken cancellationToken) =>
        DeleteAsync<IdempotencyKeyRow>(session, "key", "expires_at", TimeSpan.Zero, cancellationToken);

    private async Task<int> DeleteAsync<TRow>(
        DatabaseSession session, string key, string instant, TimeSpan keptFor, CancellationToken cancellationToken)
        where TRow : class
    {
        var table = session.Map<TRow>().Table;
        await using var command = session.Command(
            $"""
            DELETE FROM {table} WHERE {key} IN (
                SELECT {key} FROM {table} WHERE {instant} < $1
                ORDER BY {instant} LIMIT $2{session.Dialect.ForUpdateSkipLocked})
            """,
            clock.GetUtcNow().UtcDateTime - keptFor,
            options.Value.BatchSize);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
