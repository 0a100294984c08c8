using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Retention;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Inbox;

/// <summary>Deletes inbox and barrier rows that are older than their windows, in small batches.</summary>
internal sealed class InboxCleanupService<TDbContext>(
    Database<TDbContext> database,
    OutboxSettings<TDbContext> settings,
    OutboxDatabases<TDbContext> databases,
    DatabaseWatch<TDbContext> watch,
    [SagaClock] TimeProvider clock,
    ILogger<InboxCleanupService<TDbContext>> logger) : BackgroundService
    where TDbContext : DbContext
{
    private const int BatchSize = 1000;

    /// <summary>Deletes everything that is old.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        List<Exception> failures = [];
        foreach (var name in await databases.ListAsync(cancellationToken))
        {
            try
            {
                await CleanAsync(database.Of(name), cancellationToken);
            }
            catch (Exception exception) when (name is not null && !HostEnd.Explains(exception, cancellationToken))
            {
                failures.Add(exception);
            }
        }

        if (failures.Count > 0)
        {
            throw failures.Count == 1 ? failures[0] : new AggregateException(failures);
        }
    }

    private async Task CleanAsync(Database<TDbContext> one, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var options = settings.Options;
        await DeleteAsync<InboxState>(
            one, nameof(InboxState.Consumed), now - options.DuplicateDetectionWindow, cancellationToken);
        await DeleteAsync<StepBarrier>(
            one, nameof(StepBarrier.CreatedAt), now - options.BarrierWindow, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!settings.Options.InboxCleanup)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(settings.Options.InboxCleanupDelay, clock, stoppingToken);
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
                    PersistenceLog.CleanupFailed(
                        logger, exception, typeof(TDbContext).Name, settings.Options.InboxCleanupDelay);
                }
            }
        }
    }

    private Task<int> DeleteAsync<TEntity>(
        Database<TDbContext> one, string property, DateTime before, CancellationToken cancellationToken)
    {
        return new BatchDeletion<TDbContext>(one, logger).RunAsync(
            typeof(TEntity).Name,
            BatchSize,
            async (session, batch) =>
            {
                if (session.Context.Model.FindEntityType(typeof(TEntity)) is null)
                {
                    return 0;
                }

                var map = session.Map<TEntity>();
                var key = string.Join(", ", map.Key.Select(column => column.SqlName));
                var column = map.Column(property).SqlName;
                await using var command = session.Command(
                    $"""
                    DELETE FROM {map.Table} WHERE ({key}) IN (
                        SELECT {key} FROM {map.Table} WHERE {column} < $1
                        ORDER BY {column} LIMIT $2 OFFSET $3{session.Dialect.ForUpdateSkipLocked})
                    """,
                    before,
                    batch.Limit,
                    batch.Offset);
                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);
    }
}
