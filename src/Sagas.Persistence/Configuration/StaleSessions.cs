using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Storage.Internal;
using Sagas.Persistence.Outbox;

namespace Sagas.Persistence.Configuration;

/// <summary>
/// Has new sessions to PostgreSQL opened in place of those in the pool, once one of them shows that its server has
/// changed its role: after a failover the old ones are with a server that may only be read, or are about to be ended.
/// </summary>
internal static class StaleSessions
{
    /// <summary>Whether a failure says that others of the pool fail the same way, and new ones may not.</summary>
    public static bool Shows(Exception exception)
    {
        return exception.Causes().Any(cause => cause is PostgresException
        {
            SqlState: PostgresErrorCodes.ReadOnlySqlTransaction
                or PostgresErrorCodes.AdminShutdown
                or PostgresErrorCodes.CrashShutdown
                or PostgresErrorCodes.CannotConnectNow,
        });
    }

    /// <summary>
    /// Closes the sessions of the context's pool: those that are idle now, the others when they come back to it. Where the
    /// context has several databases, of the pool of each.
    /// </summary>
    public static async Task ClearAsync<TDbContext>(IServiceScopeFactory scopes)
        where TDbContext : DbContext
    {
        await using var scope = scopes.CreateAsyncScope();
        var provider = scope.ServiceProvider;
        if (provider.GetService<NamedDatabases<TDbContext>>() is not { } databases)
        {
            Clear(provider.GetRequiredService<TDbContext>());
            return;
        }

        List<Exception> failures = [];
        foreach (var name in await databases.List(provider, CancellationToken.None))
        {
            try
            {
                await using var one = scopes.CreateAsyncScope();
                databases.Use(one.ServiceProvider, name);
                Clear(one.ServiceProvider.GetRequiredService<TDbContext>());
            }
            catch (Exception exception)
            {
                failures.Add(exception);
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }

    private static void Clear(DbContext context)
    {
        if (!context.Database.IsNpgsql())
        {
            return;
        }

#pragma warning disable EF1001 // The only way to the data source that the provider has made.
        var pool = (context.GetService<IRelationalConnection>() as INpgsqlRelationalConnection)?.DataSource;
#pragma warning restore EF1001
        if (pool is NpgsqlDataSource source)
        {
            source.Clear();
        }
        else
        {
            // A connection or a connection string of the user's own.
            NpgsqlConnection.ClearPool((NpgsqlConnection)context.Database.GetDbConnection());
        }
    }
}
