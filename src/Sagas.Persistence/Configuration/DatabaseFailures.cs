using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Sagas.Persistence;

/// <summary>Tells failures that pass by themselves from those that do not.</summary>
public static class DatabaseFailures
{
    private const string Npgsql = "Npgsql";
    private const string IdleInTransactionSessionTimeout = "25P03";
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteCannotOpen = 14;

    /// <summary>
    /// Whether a delivery that failed like this succeeds when it is delivered again, now or once somebody has helped:
    /// the database is away, is starting or stopping, has too many connections, is busy, cannot be written to or has no
    /// room left; or another delivery for the same saga was faster.
    /// </summary>
    /// <param name="exception">The failure; what caused it is looked at as well.</param>
    public static bool IsTransient(Exception? exception)
    {
        // Npgsql gives up a connection attempt with a TimeoutException of its own.
        return exception.Causes().Any(cause =>
            cause is MassTransit.ConcurrencyException or SocketException or TimeoutException { Source: Npgsql }
            || cause is PostgresException { SqlState: var state } && IsTransientState(state)
            || cause is NpgsqlException and not PostgresException
            || cause is SqliteException { SqliteErrorCode: var code } && IsTransientCode(code));
    }

    /// <summary>
    /// Whether the database is away so that waiting for it helps. A SQLite file that cannot be opened when the worker
    /// starts is none of those: its path is wrong, or its folder's rights.
    /// </summary>
    internal static bool IsAway(Exception? exception)
    {
        return IsTransient(exception) && exception?.GetBaseException() is not SqliteException
        {
            SqliteErrorCode: SqliteCannotOpen,
        };
    }

    /// <summary>
    /// Whether deliveries only got in each other's way: the database itself works. A SQLite file that stayed locked for
    /// the whole command timeout is none of that, for the deliveries of a process do not lock each other out.
    /// </summary>
    internal static bool IsConcurrency(Exception? exception)
    {
        return exception.Causes().Any(cause =>
            cause is MassTransit.ConcurrencyException
            || cause is PostgresException { SqlState: var state }
                && (state.StartsWith("40", StringComparison.Ordinal)
                    || state.StartsWith("55", StringComparison.Ordinal))
            || cause is SqliteException { SqliteErrorCode: SqliteLocked }
            || cause is SqliteException { SqliteErrorCode: SqliteBusy, SqliteExtendedErrorCode: not SqliteBusy });
    }

    /// <summary>
    /// What the driver says, without what has been wrapped around it, and without a full stop; of a certificate that is
    /// not accepted also what to do.
    /// </summary>
    internal static string ReasonOf(Exception exception)
    {
        var cause = exception.Causes().OfType<NpgsqlException>().FirstOrDefault() ?? exception.Causes().Last();
        var reason = cause.InnerException is { } deepest ? $"{cause.Message}: {deepest.Message}" : cause.Message;
        return cause.GetBaseException() is AuthenticationException
            ? $"{reason} If it is the right server, name the file of the authority that made its certificate "
                + "(Root Certificate=/path/ca.pem), and the host as the certificate does"
            : reason.TrimEnd('.');
    }

    private static bool IsTransientState(string state)
    {
        // By classes: connections; serialization and deadlock; no room, memory or connections left; lock waits;
        // operator intervention (starting, stopping, cancelled); the server's own input and output. And a server that
        // is read-only: a standby about to take over; and a session that was ended for being idle in its transaction.
        return state[..2] is "08" or "40" or "53" or "55" or "57" or "58"
            || state is PostgresErrorCodes.ReadOnlySqlTransaction or IdleInTransactionSessionTimeout;
    }

    private static bool IsTransientCode(int code)
    {
        // SQLITE_BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL.
        return code is SqliteBusy or SqliteLocked or 7 or 8 or 10 or 13 or SqliteCannotOpen or 15;
    }
}
