using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Sagas.Persistence;

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
    public static DbUpdateException Create(DbException exception) =>
        new($"The database did not accept what the delivery writes: {exception.Message}", exception);
}
