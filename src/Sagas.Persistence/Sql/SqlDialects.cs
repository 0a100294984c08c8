using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>Finds the dialect of a context's database.</summary>
internal sealed class SqlDialects(SqliteWriteGates gates)
{
    private readonly PostgresDialect _postgres = new();
    private readonly SqliteDialect _sqlite = new(gates);

    /// <exception cref="NotSupportedException">The database is neither PostgreSQL nor SQLite.</exception>
    public SqlDialect Of(DbContext context)
    {
        return context.Database.IsNpgsql() ? _postgres
            : context.Database.IsSqlite() ? _sqlite
            : throw new NotSupportedException(
                $"{context.GetType().Name} uses {context.Database.ProviderName}. Sagas are stored in PostgreSQL "
                + "(UseNpgsql) or SQLite (UseSqlite).");
    }
}
