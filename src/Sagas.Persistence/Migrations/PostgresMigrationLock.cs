using Microsoft.Extensions.Logging;
using Npgsql;
using Sagas.Persistence.Configuration;

namespace Sagas.Persistence.Migrations;

/// <summary>
/// An advisory lock of a transaction that stays open, held by a connection of its own: two first starts also race for
/// the schema itself. A lock of the session would be another session's behind a connection pooler.
/// </summary>
internal sealed class PostgresMigrationLock(SagaDatabase database, TimeProvider clock, ILogger logger) : IMigrationLock
{
    // "sagas" in ASCII.
    internal const long Key = 0x7361676173;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(3);

    // The transaction is idle while another connection migrates. If this process is cut off, its connection is given up
    // as those of deliveries are.
    private const string Lock = """
        SELECT set_config('idle_in_transaction_session_timeout', '0', true),
               set_config('tcp_keepalives_idle', '5', true), set_config('tcp_keepalives_interval', '2', true),
               set_config('tcp_keepalives_count', '3', true), set_config('tcp_user_timeout', '10000', true),
               pg_try_advisory_xact_lock($1)
        """;

    public async Task<IAsyncDisposable> AcquireAsync(CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await WaitAsync(connection, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Leaves the connection in the transaction that has the lock. Its end, by whatever, releases it.</summary>
    private async Task WaitAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        string? reported = null;
        while (true)
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (await IsTakenAsync(connection, cancellationToken))
            {
                return;
            }

            await transaction.DisposeAsync();
            if (clock.GetElapsedTime(started) >= LongWait
                && await MigrationLockHolder.FindAsync(connection, Key, cancellationToken) is { } holder
                && holder.ToString() != reported)
            {
                reported = holder.ToString();
                PersistenceLog.WaitingForMigrationLock(logger, database.DisplayName, reported);
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    private static async Task<bool> IsTakenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Lock, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = Key });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetBoolean(reader.FieldCount - 1);
    }
}
