using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Sagas.Persistence.Configuration;

/// <summary>
/// Has connections through a connection pooler (PgBouncer and the like) carry no session state: neither prepared
/// statements nor settings, which in the pooler's transaction mode would be other sessions'.
/// </summary>
internal sealed class PoolerInterceptor(SagaDatabase database) : DbConnectionInterceptor
{
    // Read once: a connection is opened for every delivery.
    private readonly string? _name = database.PooledConnectionString is { } pooled
        ? new NpgsqlConnectionStringBuilder(pooled).Database
        : null;

    public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection,
        ConnectionEventData eventData,
        InterceptionResult result,
        CancellationToken cancellationToken = default)
    {
        if (IsConcerned(connection) && await Poolers.IsBetweenAsync(database, cancellationToken))
        {
            connection.ConnectionString = database.PooledConnectionString;
        }

        return result;
    }

    public override InterceptionResult ConnectionOpening(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        if (IsConcerned(connection) && Poolers.IsBetween(database))
        {
            connection.ConnectionString = database.PooledConnectionString;
        }

        return result;
    }

    /// <summary>Whether it is this database's: Entity Framework also connects to others, to create a database.</summary>
    private bool IsConcerned(DbConnection connection)
    {
        return database.PooledConnectionString is { } pooled
            && connection.ConnectionString != pooled
            && connection.Database == _name;
    }
}
