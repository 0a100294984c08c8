using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Sagas.Persistence.Sql;

/// <summary>Finds the dialect of a context's database.</summary>
internal sealed class SqlDialects
{
    private readonly PostgresDialect _postgres = new();
    private readonly SqliteDialect _sqlite = new();

    // EF makes up a provider's name whenever it is asked, and has one model for each.
    private readonly ConcurrentDictionary<IModel, SqlDialect> _ofModels = new();

    /// <exception cref="NotSupportedException">The database is neither PostgreSQL nor SQLite.</exception>
    public SqlDialect Of(DbContext context)
    {
        return _ofModels.TryGetValue(context.Model, out var known)
            ? known
            : _ofModels.GetOrAdd(context.Model, Find(context));
    }

    private SqlDialect Find(DbContext context)
    {
        return context.Database.IsNpgsql() ? _postgres
            : context.Database.IsSqlite() ? _sqlite
            : throw new NotSupportedException(
                $"{context.GetType().Name} uses {context.Database.ProviderName}. Sagas are stored in PostgreSQL "
                + "(UseNpgsql) or SQLite (UseSqlite).");
    }
}
