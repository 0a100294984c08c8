using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

/// <summary>Creates and updates the worker's tables.</summary>
/// <remarks>
/// Entity Framework applies the migrations. Around it, by hand, is what it lacks: waiting for a database that is not
/// there yet, and a lock that ends with the process that holds it.
/// </remarks>
public sealed class SagaSchema
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private readonly SagaDatabase _database;
    private readonly IMigrationLock _lock;
    private readonly IServiceScopeFactory _scopes;
    private readonly DatabaseClock? _databaseClock;
    private readonly ILogger<SagaSchema> _logger;

    internal SagaSchema(
        SagaDatabase database,
        IMigrationLock migrationLock,
        IServiceScopeFactory scopes,
        DatabaseClock? databaseClock,
        ILogger<SagaSchema> logger)
    {
        _database = database;
        _lock = migrationLock;
        _scopes = scopes;
        _databaseClock = databaseClock;
        _logger = logger;
    }

    /// <summary>Whether this process has found the tables up to date, or brought them there.</summary>
    public bool IsMigrated { get; private set; }

    /// <summary>
    /// Waits until the database is there, however long that takes, and brings its tables up to date. Any number of
    /// processes may do this at once. A host does it by itself when it starts.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The migrations that were applied, in their order; none if the tables were up to date.</returns>
    /// <exception cref="DbException">The database is there and refuses: no such database, wrong password, missing
    /// rights.</exception>
    /// <exception cref="SchemaTooNewException">A newer worker made the tables, and this one must not run on them.
    /// </exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken = default)
    {
        var waiting = Stopwatch.StartNew();
        var pause = FirstPause;
        var isWaiting = false;
        while (true)
        {
            try
            {
                var applied = await MigrateOnceAsync(cancellationToken);
                if (isWaiting)
                {
                    PersistenceLog.DatabaseIsThere(_logger, _database.DisplayName, waiting.Elapsed);
                }

                return applied;
            }
            catch (Exception exception) when (DatabaseFailures.IsAway(exception))
            {
                if (!isWaiting)
                {
                    PersistenceLog.WaitingForDatabase(
                        _logger, _database.DisplayName, DatabaseFailures.ReasonOf(exception));
                    isWaiting = true;
                }
            }

            await Task.Delay(pause, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Compares the tables with those that this worker knows. Changes nothing.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="DbException">The database is away, or refuses.</exception>
    public async Task<SchemaComparison> CompareAsync(CancellationToken cancellationToken = default)
    {
        await using var scope = _scopes.CreateAsyncScope();
        return await CompareAsync(scope.ServiceProvider.GetRequiredService<SagaStoreDbContext>(), cancellationToken);
    }

    /// <summary>
    /// Has another thread build what Entity Framework knows of the tables, which is most of what their first use takes,
    /// while the host is still being put together. The database is not asked.
    /// </summary>
    /// <returns>Ends when that is done. It does not fail: what is wrong comes out when the tables are used.</returns>
    internal Task PrepareAsync()
    {
        return Task.Run(async () =>
        {
            try
            {
                await using var scope = _scopes.CreateAsyncScope();
                _ = scope.ServiceProvider.GetRequiredService<SagaStoreDbContext>().Model;
            }
            catch (Exception)
            {
                // Whoever uses the tables gets it.
            }
        });
    }

    private async Task<IReadOnlyList<string>> MigrateOnceAsync(CancellationToken cancellationToken)
    {
        await using var held = await _lock.AcquireAsync(cancellationToken);
        await using var scope = _scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<SagaStoreDbContext>();
        var (_, pending, newer, refusal) = await CompareAsync(context, cancellationToken);
        if (refusal is not null)
        {
            throw new SchemaTooNewException(refusal);
        }

        if (pending.Count > 0)
        {
            await context.Database.MigrateAsync(cancellationToken);
        }

        if (_databaseClock is not null)
        {
            await _databaseClock.MeasureAsync(context.Database.GetDbConnection(), cancellationToken);
        }

        IsMigrated = true;
        if (_database.PooledConnectionString is not null && await Poolers.IsBetweenAsync(_database, cancellationToken))
        {
            PersistenceLog.PoolerFound(_logger, _database.DisplayName);
        }

        PersistenceLog.Migrated(_logger, _database.DisplayName, pending.Count);
        if (newer.Count > 0)
        {
            PersistenceLog.TablesAreNewer(_logger, _database.DisplayName, newer[^1]);
        }

        return pending;
    }

    private static async Task<SchemaComparison> CompareAsync(
        SagaStoreDbContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> known = [.. context.Database.GetMigrations()];
        IReadOnlyList<string> applied = [.. await context.Database.GetAppliedMigrationsAsync(cancellationToken)];

        // The table is read only where a newer worker was, for it came long after the first one.
        var changes = applied.Except(known).Any()
            ? await context.SchemaChanges.AsNoTracking()
                .ToDictionaryAsync(row => row.Migration, row => row.OldestWorker, cancellationToken)
            : [];
        return SchemaComparison.Of(known, applied, changes);
    }
}
