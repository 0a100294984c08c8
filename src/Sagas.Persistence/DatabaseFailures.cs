using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Data.Sqlite;
using Npgsql;
using Sagas.Persistence.Configuration;

namespace Sagas.Persistence;

/// <summary>Tells failures of the database from those that one message is to blame for.</summary>
public static class DatabaseFailures
{
    private const string Npgsql = "Npgsql";
    private const int SqlitePermission = 3;
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteReadOnly = 8;
    private const int SqliteCorrupt = 11;
    private const int SqliteCannotOpen = 14;
    private const int SqliteNotADatabase = 26;

    /// <summary>
    /// Whether a delivery that failed like this is to be delivered again, now or once somebody has helped: the database
    /// failed, and the message is not known to be at fault. Every error counts but those of a value, a row or a size that
    /// the database does not accept. Another delivery for the same saga that was faster counts too.
    /// </summary>
    /// <param name="exception">The failure; what caused it is looked at as well.</param>
    public static bool IsTransient(Exception? exception)
    {
        var causes = exception.Causes().ToArray();
        if (causes.OfType<MassTransit.ConcurrencyException>().Any())
        {
            return true;
        }

        // Npgsql gives up a connection attempt with a TimeoutException of its own.
        return !causes.OfType<DbException>().Any(MessageFaults.Has)
            && causes.Any(cause => cause is DbException or SocketException or TimeoutException { Source: Npgsql });
    }

    /// <summary>
    /// Whether a start is to wait for the database: it is away, starts, stops, has no room left, is locked, or may only
    /// be read for now. What it, or a pooler before it, refuses for good (the password, the database's name, rights,
    /// transactions, a file that is none, or that may not be written) is a mistake in the configuration more often than
    /// not, and ends the start.
    /// </summary>
    internal static bool IsAway(Exception? exception)
    {
        return IsTransient(exception) && PoolerRefusals.Of(exception) == PoolerRefusal.None && !exception.Causes().Any(cause =>
            cause is PostgresException { SqlState: var state } && RefusesStart(state)
            || cause is SqliteException
            {
                SqliteErrorCode: SqlitePermission or SqliteReadOnly or SqliteCorrupt or SqliteCannotOpen
                    or SqliteNotADatabase,
            });
    }

    /// <summary>What is the same for failures of the same kind, however the driver words each.</summary>
    internal static string KindOf(Exception exception)
    {
        return exception.Causes().OfType<DbException>().LastOrDefault() switch
        {
            PostgresException postgres => postgres.SqlState,
            SqliteException sqlite => sqlite.SqliteErrorCode.ToString(CultureInfo.InvariantCulture),
            _ => "",
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
            || cause is PostgresException { InvariantSeverity: not "FATAL", SqlState: var state }
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

        // The details, which Include Error Detail has in the message, are of the row that was refused.
        var message = cause is PostgresException postgres ? $"{postgres.SqlState}: {postgres.MessageText}" : cause.Message;
        var reason = cause.InnerException is { } deepest ? $"{message}: {deepest.Message}" : message;
        return cause.GetBaseException() is AuthenticationException
            ? $"{reason} If it is the right server, name the file of the authority that made its certificate "
                + "(Root Certificate=/path/ca.pem), and the host as the certificate does"
            : reason.TrimEnd('.');
    }

    private static bool RefusesStart(string state)
    {
        // By classes: authorization; the catalog's name; names, syntax and rights; what the server cannot do.
        return state[..2] is "28" or "3D" or "3F" or "42" or "0A";
    }
}
