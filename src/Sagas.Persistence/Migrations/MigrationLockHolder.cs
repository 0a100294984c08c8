using System.Globalization;
using Npgsql;

namespace Sagas.Persistence.Migrations;

/// <summary>The session of PostgreSQL that holds the migration lock.</summary>
/// <param name="ProcessId">The server's process, which <c>pg_terminate_backend</c> ends.</param>
/// <param name="Application">What it calls itself.</param>
/// <param name="Address">Where it comes from.</param>
/// <param name="Since">When its transaction began, or where it has none, when it last did anything (UTC).</param>
internal sealed record MigrationLockHolder(int ProcessId, string Application, string Address, DateTime Since)
{
    private const string Query = """
        SELECT pid, coalesce(application_name, ''), coalesce(host(client_addr), 'this machine'),
               coalesce(xact_start, state_change, backend_start, now()) AT TIME ZONE 'UTC'
        FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND objsubid = 1
            AND classid::bigint = $1::bigint >> 32 AND objid::bigint = $1::bigint & 4294967295
            AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    /// <summary>The holder, or <see langword="null"/> when there is none any more.</summary>
    public static async Task<MigrationLockHolder?> FindAsync(
        NpgsqlConnection connection, long key, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Query, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = key });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new MigrationLockHolder(
                reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetDateTime(3))
            : null;
    }

    /// <summary>For people: which session, whose, since when.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"session {ProcessId} (application '{Application}', from {Address}, since {Since:yyyy-MM-dd HH:mm:ss}Z)");
}
