using System.Globalization;
using Npgsql;
using Sagas.Dashboard.Viewing;
using Sagas.Persistence;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Migrations;

namespace Sagas.Worker.CommandLine.Checking;

/// <summary>Looks into a PostgreSQL database.</summary>
internal sealed class PostgresProbe(SagaDatabase database, TimeProvider machine) : IDatabaseProbe
{
    private const string Clock = "clock";
    private const string Rights = "rights";
    private const string Locks = "locks";
    private const string MigrationLock = "migration lock";
    private const string Pooler = "pooler";

    private static readonly TimeSpan HarmlessDifference = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(5);

    // Views are only read.
    private const string MissingRights = """
        SELECT CASE
            WHEN pg_is_in_recovery() THEN 'the server is a standby, which cannot be written to'
            WHEN current_setting('transaction_read_only') = 'on'
                THEN 'sessions of user ' || current_user || ' may only read (default_transaction_read_only)'
            WHEN to_regnamespace('sagas') IS NULL THEN
                CASE WHEN NOT has_database_privilege(current_database(), 'CREATE')
                    THEN 'there is no schema sagas yet, and user ' || current_user || ' may not create it' END
            WHEN NOT has_schema_privilege('sagas', 'USAGE')
                THEN 'user ' || current_user || ' may not use the schema sagas'
            ELSE (
                SELECT 'user ' || current_user || ' may not write to ' || string_agg(relname, ', ' ORDER BY relname)
                FROM pg_class
                WHERE relnamespace = to_regnamespace('sagas') AND relkind = 'r' AND NOT (
                    has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
                    AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')))
            END
        """;

    private const string LongestWait = """
        SELECT extract(epoch FROM clock_timestamp() - state_change)::float8, pid,
               coalesce(array_to_string(pg_blocking_pids(pid), ', '), '')
        FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
        ORDER BY 1 DESC
        LIMIT 1
        """;

    private readonly NpgsqlConnection _connection = Connect(database);

    public IReadOnlyList<(string Check, Func<CancellationToken, Task<CheckResult>> Examine)> Checks =>
    [
        (Clock, ClockAsync), (Rights, RightsAsync), (Locks, LocksAsync), (MigrationLock, MigrationLockAsync),
        (Pooler, PoolerAsync),
    ];

    public async Task<string> OpenAsync(CancellationToken stop)
    {
        await _connection.OpenAsync(stop);
        return $"PostgreSQL {_connection.PostgreSqlVersion.ToString(2)}";
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<CheckResult> ClockAsync(CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", _connection);
        var before = machine.GetUtcNow();
        var started = machine.GetTimestamp();
        var theirs = (DateTime)(await command.ExecuteScalarAsync(stop))!;
        var roundTrip = machine.GetElapsedTime(started);
        var difference = before + roundTrip / 2 - new DateTimeOffset(DateTime.SpecifyKind(theirs, DateTimeKind.Utc));
        return difference.Duration() <= HarmlessDifference + roundTrip
            ? CheckResult.Ok(Clock, $"this machine and the database differ by {TimeText.Of(difference.Duration())}")
            : CheckResult.Warn(
                Clock,
                $"this machine is {TimeText.Of(difference.Duration())} "
                + $"{(difference > TimeSpan.Zero ? "ahead of" : "behind")} the database",
                "Have both synchronise their clocks (NTP). Sagas go by the database's; "
                    + "logs and deadlines that go out do not.");
    }

    private async Task<CheckResult> RightsAsync(CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(MissingRights, _connection);
        return await command.ExecuteScalarAsync(stop) is string missing
            ? CheckResult.Fail(Rights, missing, "Grant it, or connect the worker to a server and as a user that can.")
            : CheckResult.Ok(Rights, "the worker's user can do what it needs");
    }

    private async Task<CheckResult> LocksAsync(CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(LongestWait, _connection);
        await using var reader = await command.ExecuteReaderAsync(stop);
        if (!await reader.ReadAsync(stop)
            || TimeSpan.FromSeconds(reader.GetDouble(0)) is var waited && waited < LongWait)
        {
            return CheckResult.Ok(Locks, "no session waits long for another");
        }

        var blockers = reader.GetString(2);
        return CheckResult.Warn(
            Locks,
            string.Create(
                CultureInfo.InvariantCulture,
                $"session {reader.GetInt32(1)} has waited {TimeText.Of(waited)} for a lock that {blockers} holds"),
            $"See what it does: SELECT * FROM pg_stat_activity WHERE pid IN ({blockers}); end it with "
                + "pg_terminate_backend(pid).");
    }

    private async Task<CheckResult> MigrationLockAsync(CancellationToken stop) =>
        await MigrationLockHolder.FindAsync(_connection, PostgresMigrationLock.Key, stop) is { } holder
            ? CheckResult.Warn(
                MigrationLock,
                $"{holder} holds it: workers that start wait for it",
                $"If it does not migrate: SELECT pg_terminate_backend({holder.ProcessId.ToString(CultureInfo.InvariantCulture)}).")
            : CheckResult.Ok(MigrationLock, "no session holds it");

    private async Task<CheckResult> PoolerAsync(CancellationToken stop)
    {
        if (!await Poolers.IsBetweenAsync(database, stop))
        {
            return CheckResult.Ok(Pooler, "there is none");
        }

        await TryTransactionAsync(stop);
        return CheckResult.Ok(Pooler, database.PooledConnectionString is null
            ? "there is one, and the connection string sets Max Auto Prepare itself"
            : "there is one: statements are not prepared");
    }

    /// <summary>Over a connection of its own: a pooler that refuses it ends the connection.</summary>
    private async Task TryTransactionAsync(CancellationToken stop)
    {
        await using var connection = Connect(database);
        await connection.OpenAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        await command.ExecuteScalarAsync(stop);
    }

    private static NpgsqlConnection Connect(SagaDatabase database) =>
        new(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
}
