using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sagas.Tests.Orchestration.Faults.Contract;

namespace Sagas.Tests.Orchestration.Faults;

/// <summary>A connection to SQLite whose every statement, and its opening, is a seam.</summary>
internal sealed class FaultySqliteConnection(string connectionString, StoreFaults faults)
    : SqliteConnection(connectionString)
{
    public override void Open()
    {
        var fault = (SqliteFault?)faults.Meet("open");
        if (fault is not { LosesAnswer: false })
        {
            base.Open();
        }

        if (fault is not null)
        {
            Close();
            throw fault.CreateException();
        }
    }

    public override SqliteCommand CreateCommand()
    {
        return new FaultyCommand(this, faults)
        {
            Connection = this,
            CommandTimeout = DefaultTimeout,
            Transaction = Transaction,
        };
    }

    /// <summary>Gives a context such connections.</summary>
    public sealed class Interceptor(string connectionString, StoreFaults faults) : DbConnectionInterceptor
    {
        public override InterceptionResult<DbConnection> ConnectionCreating(
            ConnectionCreatingEventData eventData,
            InterceptionResult<DbConnection> result)
        {
            return InterceptionResult<DbConnection>.SuppressWithResult(
                new FaultySqliteConnection(connectionString, faults));
        }
    }

    private sealed class FaultyCommand(SqliteConnection connection, StoreFaults faults) : SqliteCommand
    {
        // Every way to execute a command comes through here.
        public override SqliteDataReader ExecuteReader(CommandBehavior behavior)
        {
            var fault = (SqliteFault?)faults.Meet(CommandText);

            // A loss of power is not among the faults, and this spares the disk tens of thousands of flushes.
            CommandText = CommandText.Replace("synchronous = FULL", "synchronous = OFF", StringComparison.Ordinal);
            return fault is null
                ? base.ExecuteReader(behavior)
                : fault.Fail(connection, CommandText, () => base.ExecuteReader(behavior));
        }
    }
}
