using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Sagas.Persistence;

/// <summary>Tells failures that pass by themselves from those that do not.</summary>
public static class DatabaseFailures
{
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;

    /// <summary>
    /// Whether a delivery that failed like this succeeds when it is delivered again: the database is away, is starting
    /// or stopping, has too many connections or is busy, or another delivery for the same saga was faster.
    /// </summary>
    /// <param name="exception">The failure; what caused it is looked at as well.</param>
    public static bool IsTransient(Exception? exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is MassTransit.ConcurrencyException or SocketException
                || cause is PostgresException { SqlState: var state } && IsTransientState(state)
                || cause is NpgsqlException and not PostgresException
                || cause is SqliteException { SqliteErrorCode: SqliteBusy or SqliteLocked })
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsTransientState(string state)
    {
        // Connections; operator intervention (starting, stopping); no more connections; serialization and deadlock;
        // lock waits.
        return state.StartsWith("08", StringComparison.Ordinal)
            || state.StartsWith("57", StringComparison.Ordinal)
            || state.StartsWith("53", StringComparison.Ordinal)
            || state.StartsWith("40", StringComparison.Ordinal)
            || state.StartsWith("55", StringComparison.Ordinal);
    }
}
