using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Delivery;

/// <summary>A statement that failed, as EF reports it where it writes the rows itself.</summary>
internal static class RefusedWrite
{
    /// <summary>
    /// Whether EF would report the failure as its own: everything that a statement fails with, but not a commit.
    /// </summary>
    public static bool IsOf(DbException exception) =>
        exception is not NpgsqlException { BatchCommand.CommandText: PostgresDialect.Commit };

    /// <remarks>
    /// So retry filters and handlers for EF's exception find it, and those for the driver's as well: they look at the
    /// innermost exception too.
    /// </remarks>
    /// <param name="exception">What it failed with.</param>
    /// <param name="commits">Whether the commit was in the same round trip.</param>
    public static DbUpdateException Create(DbException exception, bool commits = false)
    {
        var what = MessageFaults.Has(exception) ? "The database did not accept what the delivery writes"
            : commits && !IsAnswer(exception)
                ? "Writing what the delivery changes failed, and whether it was committed is not known"
            : "Writing what the delivery changes failed";
        return new DbUpdateException($"{what}: {exception.Message}", exception);
    }

    /// <summary>Whether the database said that a statement failed, and so did not commit.</summary>
    private static bool IsAnswer(DbException exception) =>
        exception is SqliteException or PostgresException { InvariantSeverity: "ERROR" };
}
