using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Configuration;

namespace Sagas.Persistence;

/// <summary>Configures contexts for the databases that sagas can be stored in.</summary>
public static class SagaDatabaseExtensions
{
    /// <summary>
    /// Uses PostgreSQL or SQLite, whichever the database is, with the settings that deliveries need. For contexts of
    /// participants that keep an outbox or a barrier. PostgreSQL gives up a connection that is dead after 10 seconds, and
    /// the locks of what it was in the middle of.
    /// </summary>
    /// <param name="options">The context's options.</param>
    /// <param name="database">The database; see <see cref="SagaDatabase.Detect"/>.</param>
    public static DbContextOptionsBuilder UseSagaDatabase(this DbContextOptionsBuilder options, SagaDatabase database)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(database);

        return database.Kind == SagaDatabaseKind.PostgreSql
            ? options.UseNpgsql(
                    database.ConnectionString, npgsql => npgsql.ConfigureDataSource(SilentSessions.EndWhenCutOff))
                .AddInterceptors(new PoolerInterceptor(database))
            : options.UseSqlite(database.ConnectionString).AddInterceptors(new SqliteSettingsInterceptor());
    }
}
