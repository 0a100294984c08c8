using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>One <see cref="SqliteWriteGate"/> a database file.</summary>
internal sealed class SqliteWriteGates : IDisposable
{
    private readonly ConcurrentDictionary<string, SqliteWriteGate> _gates = new(StringComparer.Ordinal);

    public SqliteWriteGate Of(DbContext context)
    {
        var file = ((SqliteConnection)context.Database.GetDbConnection()).DataSource;
        return _gates.GetOrAdd(
            file is ":memory:" or "" ? file : Path.GetFullPath(file),
            static _ => new SqliteWriteGate());
    }

    public void Dispose()
    {
        foreach (var gate in _gates.Values)
        {
            gate.Dispose();
        }
    }
}
