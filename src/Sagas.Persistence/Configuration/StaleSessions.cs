using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Storage.Internal;

namespace Sagas.Persistence;

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
    /// Closes the sessions of the context's pool: those that are idle now, the others when they come back to it.
    /// </summary>
    public static void Clear<TDbContext>(IServiceScopeFactory scopes)
        where TDbContext : DbContext
    {
        using var scope = scopes.CreateScope();
        var context = scope.ServiceProvider.GetRequiredService<TDbContext>();
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
