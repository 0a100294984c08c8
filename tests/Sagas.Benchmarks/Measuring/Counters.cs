using Npgsql;

namespace Sagas.Benchmarks.Measuring;

/// <summary>What PostgreSQL has counted since it started.</summary>
/// <param name="Commits">Transactions that it has committed.</param>
/// <param name="Statements">Statements that it has executed.</param>
/// <param name="WalBytes">What it has written to its log ahead.</param>
internal sealed record Counters(double Commits, double Statements, double WalBytes)
{
    /// <summary>Those of a system that has no such server.</summary>
    public static readonly Counters None = new(double.NaN, double.NaN, double.NaN);

    public static async Task<Counters> ReadAsync(NpgsqlDataSource database, CancellationToken stop)
    {
        await using var command = database.CreateCommand(
            """
            select (select sum(xact_commit) from pg_stat_database)::float8,
                (select sum(calls) from pg_stat_statements)::float8,
                pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8
            """);
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        return new Counters(reader.GetDouble(0), reader.GetDouble(1), reader.GetDouble(2));
    }

    public static Counters operator -(Counters later, Counters earlier) => new(
        later.Commits - earlier.Commits, later.Statements - earlier.Statements, later.WalBytes - earlier.WalBytes);
}
