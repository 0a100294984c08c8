using Npgsql;

namespace Sagas.Benchmarks.Soak;

/// <summary>What is in the worker's database.</summary>
/// <param name="Sagas">How many sagas, ended ones included.</param>
/// <param name="TablesMiB">What its tables take, in MiB.</param>
/// <param name="IndexesMiB">What their indexes take, in MiB.</param>
/// <param name="DeadShare">How much of all rows is deleted and not yet reused, from 0 to 1.</param>
internal sealed record TableSizes(double Sagas, double TablesMiB, double IndexesMiB, double DeadShare)
{
    public static async Task<TableSizes> ReadAsync(NpgsqlDataSource database, CancellationToken stop)
    {
        await using var command = database.CreateCommand(
            """
            SELECT (SELECT count(*) FROM sagas.saga_state)::float8,
                sum(pg_table_size(relid))::float8 / 1048576,
                sum(pg_indexes_size(relid))::float8 / 1048576,
                sum(n_dead_tup)::float8 / greatest(1, sum(n_live_tup + n_dead_tup))
            FROM pg_stat_user_tables
            """);
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        return new TableSizes(
            reader.GetDouble(0), reader.GetDouble(1), reader.GetDouble(2), reader.GetDouble(3));
    }
}
