using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Retention;

/// <summary>
/// Deletes old rows in batches. A batch that fails is halved, until the row that is at fault is found; that one is
/// passed over, so that it does not keep the others.
/// </summary>
internal sealed class BatchDeletion<TDbContext>(Database<TDbContext> database, ILogger logger)
    where TDbContext : DbContext
{
    private const int MostPassedOver = 100;

    /// <summary>Deletes everything that is old.</summary>
    /// <param name="table">What the rows are called in the log.</param>
    /// <param name="batchSize">How many rows at once.</param>
    /// <param name="delete">Deletes the oldest rows but some, and returns how many those were.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How many rows were deleted.</returns>
    public async Task<int> RunAsync(
        string table,
        int batchSize,
        Func<DatabaseSession, DeletedBatch, Task<int>> delete,
        CancellationToken cancellationToken)
    {
        var total = 0;
        var batch = new DeletedBatch(batchSize, Offset: 0);
        while (true)
        {
            var current = batch;
            try
            {
                var deleted = await database.WriteAsync(session => delete(session, current), cancellationToken);
                total += deleted;
                if (deleted < current.Limit)
                {
                    return total;
                }

                batch = current with { Limit = Math.Min(current.Limit * 2, batchSize) };
            }
            catch (DbException exception) when (current.Limit > 1 && MayBeTheRows(exception))
            {
                batch = current with { Limit = current.Limit / 2 };
            }
            catch (DbException exception)
                when (IsOfTheRow(exception) && current.Offset < MostPassedOver)
            {
                PersistenceLog.RowNotDeleted(logger, exception, table);
                batch = current with { Offset = current.Offset + 1 };
            }
        }
    }

    /// <summary>Also where it took too long: there may be too much of it.</summary>
    private static bool MayBeTheRows(DbException exception) =>
        IsOfTheRow(exception) || exception is NpgsqlException { InnerException: TimeoutException };

    private static bool IsOfTheRow(DbException exception) =>
        !DatabaseFailures.IsTransient(exception) || MessageFaults.RefusesRow(exception);
}

/// <summary>Rows that are deleted at once.</summary>
/// <param name="Limit">How many at most.</param>
/// <param name="Offset">How many of the oldest are passed over.</param>
internal sealed record DeletedBatch(int Limit, int Offset);
