using Microsoft.Data.Sqlite;
using Sagas.Tests.Orchestration.Faults.Contract;
using SQLitePCL;

namespace Sagas.Tests.Orchestration.Faults;

/// <summary>A statement that fails on SQLite.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Code">SQLite's result code.</param>
/// <param name="RollsBack">Whether SQLite rolls the transaction back by itself.</param>
/// <param name="LosesAnswer">Whether the statement is carried out all the same.</param>
internal sealed record SqliteFault(string Name, int Code, bool RollsBack = false, bool LosesAnswer = false)
    : StoreFault(Name, LosesAnswer)
{
    public static readonly IReadOnlyList<SqliteFault> All =
    [
        new("SQLITE_BUSY", 5),
        new("SQLITE_LOCKED", 6),
        new("SQLITE_FULL", 13, RollsBack: true),
        new("SQLITE_IOERR", 10, RollsBack: true),
        new("SQLITE_IOERR after the fact", 10, LosesAnswer: true),
        new("SQLITE_CANTOPEN", 14),
    ];

    /// <summary>Lets the statement fail: before it does anything, or after.</summary>
    public SqliteDataReader Fail(SqliteConnection connection, string statement, Func<SqliteDataReader> carryOut)
    {
        if (LosesAnswer)
        {
            // To begin a transaction is the one thing that cannot fail once it was done.
            if (!statement.StartsWith("BEGIN", StringComparison.Ordinal))
            {
                carryOut().Dispose();
            }
        }
        else if (RollsBack && raw.sqlite3_get_autocommit(connection.Handle) == 0)
        {
            raw.sqlite3_exec(connection.Handle, "ROLLBACK");
        }

        throw CreateException();
    }

    public SqliteException CreateException()
    {
        return new SqliteException($"SQLite Error {Code}: '{Name}'.", Code);
    }
}
