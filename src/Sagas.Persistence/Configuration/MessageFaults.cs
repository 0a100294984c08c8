using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Sagas.Persistence.Configuration;

/// <summary>
/// The errors of a database that are the fault of the one message that was handled: they come again however often, and
/// wherever, it is delivered. Every other error passes, or somebody has to act; the message waits for that. That of a trigger
/// (P0001) may be about the row, or about the hour; an internal one of the server (XX000) is about neither. What somebody else's
/// constraint refuses in the worker's tables (<see cref="StoreConstraints"/>) no message is at fault for either.
/// </summary>
internal static class MessageFaults
{
    // SQLITE_CONSTRAINT_TRIGGER: RAISE in a trigger.
    private const int SqliteTrigger = 1811;

    // The classes of SQLSTATE, and why no other message and no later time would do better.
    private static readonly Dictionary<string, string> Classes = new(StringComparer.Ordinal)
    {
        ["22"] = "data: a value that the column cannot hold, such as U+0000, a number out of range, a text too long",
        ["23"] = "constraints: a row that the table does not permit, because of what is in it or in others",
        ["44"] = "WITH CHECK OPTION: a row that the view does not permit",
        ["54"] = "limits of the program: a value that is too large for a row or an index",
    };

    // The same of SQLite's primary result codes.
    private static readonly Dictionary<int, string> Codes = new()
    {
        [18] = "SQLITE_TOOBIG: a value that is too large for a row",
        [19] = "SQLITE_CONSTRAINT: a row that the table does not permit",
        [20] = "SQLITE_MISMATCH: a value that the column cannot hold",
    };

    /// <summary>Whether an error is the fault of the message.</summary>
    public static bool Has(DbException exception)
    {
        return RefusesRow(exception) && !(exception is PostgresException postgres && StoreConstraints.IsForeign(postgres));
    }

    /// <summary>Whether an error is about the row, whoever is at fault for that.</summary>
    public static bool RefusesRow(DbException exception)
    {
        return exception switch
        {
            // What ends the session was not about a statement, whatever its state.
            PostgresException { InvariantSeverity: "FATAL" or "PANIC" } => false,
            PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted } => true,
            PostgresException { SqlState: { Length: >= 2 } state } => Classes.ContainsKey(state[..2]),
            SqliteException { SqliteExtendedErrorCode: SqliteTrigger } => false,
            SqliteException { SqliteErrorCode: var code } => Codes.ContainsKey(code),
            _ => false,
        };
    }
}
