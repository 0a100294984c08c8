using Microsoft.Data.Sqlite;

namespace Sagas.Persistence.Migrations;

/// <summary>
/// A lock on a file beside the database, which the operating system releases when the process dies. EF's own lock is a
/// row that a killed process leaves behind; whoever holds the file knows that such a row is nobody's, and removes it.
/// </summary>
internal sealed class SqliteMigrationLock(SagaDatabase database, TimeProvider clock) : IMigrationLock
{
    private const int Busy = 5;
    private const int Full = 13;
    private const int CannotOpen = 14;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // Others migrate for less; whoever waits longer says so, and waits on.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <exception cref="SqliteException">
    /// Another process has the lock, or the file, for long; or they cannot be had at all.
    /// </exception>
    public async Task<IAsyncDisposable> AcquireAsync(CancellationToken cancellationToken)
    {
        var path = new SqliteConnectionStringBuilder(database.ConnectionString).DataSource;
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return await LockAsync(path, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                var error = ToError(exception, path);
                if (error.SqliteErrorCode != Busy || clock.GetElapsedTime(started) >= Patience)
                {
                    throw error;
                }

                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
    }

    /// <summary>What SQLite itself would say of it.</summary>
    private static SqliteException ToError(Exception exception, string path)
    {
        // EWOULDBLOCK of Linux and macOS, and what Windows has for it; ENOSPC of all.
        return exception.HResult switch
        {
            11 or 35 or unchecked((int)0x80070020) or unchecked((int)0x80070021) => new SqliteException(
                $"another process has had {path}.lock locked for {Patience.TotalSeconds:F0} s: "
                    + "a worker that migrates the file, or hangs while it does",
                Busy),
            28 or unchecked((int)0x80070070) => new SqliteException(exception.Message, Full),
            _ => new SqliteException(exception.Message, CannotOpen),
        };
    }

    private async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileStream($"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            await RemoveAbandonedRowAsync(cancellationToken);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private async Task RemoveAbandonedRowAsync(CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(database.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandTimeout = (int)Patience.TotalSeconds;
        // The mode is a property of the file: readers and the writer no longer block each other.
        command.CommandText = "PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL;";
        await command.ExecuteNonQueryAsync(cancellationToken);
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsLock'";
        if (await command.ExecuteScalarAsync(cancellationToken) is 1L)
        {
            command.CommandText = "DELETE FROM __EFMigrationsLock";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
