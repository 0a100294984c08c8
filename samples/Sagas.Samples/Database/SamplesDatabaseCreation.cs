using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sagas.Persistence.Configuration;

namespace Sagas.Samples.Database;

/// <summary>
/// Makes the participants' database and its tables before anything else starts. Several processes may do so at once,
/// and the server may come up later than they do.
/// </summary>
internal sealed partial class SamplesDatabaseCreation(
    IServiceScopeFactory scopes,
    TimeProvider clock,
    ILogger<SamplesDatabaseCreation> logger) : HostedLifecycle
{
    private const long AdvisoryLock = 5_341_970_218_455_016_893;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var hasWaited = false;
        while (true)
        {
            await using var scope = scopes.CreateAsyncScope();
            var database = scope.ServiceProvider.GetRequiredService<SamplesDbContext>().Database;
            try
            {
                await CreateAsync(database, cancellationToken);
                if (hasWaited)
                {
                    LogThere(database.GetDbConnection().DataSource, Stopwatch.GetElapsedTime(started));
                }

                return;
            }
            catch (Exception exception) when (FindTransient(exception) is { } reason)
            {
                if (!hasWaited)
                {
                    LogWaiting(database.GetDbConnection().DataSource, reason.Message);
                    hasWaited = true;
                }

                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
    }

    /// <summary>The server's failure that will pass, from under what EF has wrapped around it.</summary>
    private static NpgsqlException? FindTransient(Exception? exception)
    {
        return exception is null or NpgsqlException { IsTransient: true }
            ? exception as NpgsqlException
            : FindTransient(exception.InnerException);
    }

    private static async Task CreateAsync(DatabaseFacade database, CancellationToken cancellationToken)
    {
        var creator = database.GetService<IRelationalDatabaseCreator>();
        if (database.IsNpgsql())
        {
            await CreateDatabaseAsync(creator, cancellationToken);
        }
        else
        {
            await database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
        }

        // One process at a time: PostgreSQL by the lock, SQLite since the transaction is the one writer.
        await using var transaction = await database.BeginTransactionAsync(cancellationToken);
        if (database.IsNpgsql())
        {
            await database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({AdvisoryLock})", cancellationToken);
        }

        if (!await HasTablesAsync(database, cancellationToken))
        {
            await creator.CreateTablesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task CreateDatabaseAsync(
        IRelationalDatabaseCreator creator,
        CancellationToken cancellationToken)
    {
        if (await creator.ExistsAsync(cancellationToken))
        {
            return;
        }

        try
        {
            await creator.CreateAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState
            is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process has made it meanwhile.
        }
    }

    private static async Task<bool> HasTablesAsync(DatabaseFacade database, CancellationToken cancellationToken)
    {
        var query = database.IsNpgsql()
            ? database.SqlQuery<string>($"SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            : database.SqlQuery<string>($"SELECT name FROM sqlite_master WHERE type = 'table'");
        return (await query.ToListAsync(cancellationToken)).Contains("effect_log");
    }

    [LoggerMessage(5001, LogLevel.Warning, "Waiting for the participants' database at {Server}: {Reason}")]
    private partial void LogWaiting(string server, string reason);

    [LoggerMessage(5002, LogLevel.Information, "The participants' database at {Server} is there after {Elapsed}")]
    private partial void LogThere(string server, TimeSpan elapsed);
}
