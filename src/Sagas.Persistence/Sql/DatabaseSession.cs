using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence.Sql;

/// <summary>An open connection of a context, outside of any delivery.</summary>
internal sealed class DatabaseSession(DbContext context, SqlDialect dialect, EntityMaps maps)
{
    public DbContext Context => context;

    public SqlDialect Dialect => dialect;

    public DbConnection Connection => context.Database.GetDbConnection();

    public bool IsPostgres => dialect is PostgresDialect;

    public EntityMap Map<TEntity>()
    {
        return maps.Get<TEntity>(context);
    }

    /// <summary>A command with the values as <c>$1</c>, <c>$2</c> and so on; instants must be UTC.</summary>
    public DbCommand Command(string text, params ReadOnlySpan<object?> values)
    {
        return dialect.CreateCommand(Connection, null, text, values);
    }
}
