using System.Globalization;
using System.Text.RegularExpressions;
using DotNet.Testcontainers.Containers;
using Npgsql;

namespace Sagas.Benchmarks.Measuring;

/// <summary>What the servers have counted since they started.</summary>
/// <param name="Commits">Transactions that PostgreSQL has committed.</param>
/// <param name="Statements">Statements that it has executed.</param>
/// <param name="WalBytes">What it has written to its log ahead.</param>
/// <param name="Messages">Messages that RabbitMQ has taken from publishers.</param>
internal sealed partial record Counters(double Commits, double Statements, double WalBytes, double Messages)
{
    public static async Task<Counters> ReadAsync(NpgsqlDataSource database, IContainer broker, CancellationToken stop)
    {
        await using var command = database.CreateCommand(
            """
            select (select sum(xact_commit) from pg_stat_database)::float8,
                (select sum(calls) from pg_stat_statements)::float8,
                pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8
            """);
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        var overview = await broker.ExecAsync(["rabbitmqctl", "eval", "rabbit_global_counters:overview()."], stop);
        return new Counters(
            reader.GetDouble(0),
            reader.GetDouble(1),
            reader.GetDouble(2),
            Received().Matches(overview.Stdout).Sum(x => double.Parse(x.Groups[1].Value, CultureInfo.InvariantCulture)));
    }

    public static Counters operator -(Counters later, Counters earlier) => new(
        later.Commits - earlier.Commits,
        later.Statements - earlier.Statements,
        later.WalBytes - earlier.WalBytes,
        later.Messages - earlier.Messages);

    [GeneratedRegex(@"messages_received_total\s*=>\s*(\d+)")]
    private static partial Regex Received();
}
