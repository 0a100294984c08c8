using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence.Sql;

/// <summary>
/// One <see cref="SqliteWriteGate"/> a database file in this process, whoever writes to it: the outbox, repositories
/// with and without a container, several hosts.
/// </summary>
internal static class SqliteWriteGates
{
    private static readonly ConcurrentDictionary<string, SqliteWriteGate> Files = new(StringComparer.Ordinal);

    // A database without a file is its connection's own.
    private static readonly ConditionalWeakTable<SqliteConnection, SqliteWriteGate> Connections = new();

    public static SqliteWriteGate Of(DbContext context)
    {
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        return connection.DataSource is ":memory:" or ""
            ? Connections.GetValue(connection, static _ => new SqliteWriteGate())
            : Files.GetOrAdd(Path.GetFullPath(connection.DataSource), static _ => new SqliteWriteGate());
    }
}
