using Microsoft.Data.Sqlite;

namespace Sagas.Persistence;

/// <summary>
/// A lock on a file beside the database, which the operating system releases when the process dies. EF's own lock is a
/// row that a killed process leaves behind; whoever holds the file knows that such a row is nobody's, and removes it.
/// </summary>
internal sealed class SqliteMigrationLock(SagaDatabase database, TimeProvider clock) : IMigrationLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public async Task<IAsyncDisposable> AcquireAsync(CancellationToken cancellationToken)
    {
        var path = new SqliteConnectionStringBuilder(database.ConnectionString).DataSource;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            try
            {
                return await LockAsync(path, cancellationToken);
            }
            catch (IOException)
            {
                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
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
        // The mode is a property of the file: readers and the writer no longer block each other.
        command.CommandText = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL;";
        await command.ExecuteNonQueryAsync(cancellationToken);
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsLock'";
        if (await command.ExecuteScalarAsync(cancellationToken) is 1L)
        {
            command.CommandText = "DELETE FROM __EFMigrationsLock";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
