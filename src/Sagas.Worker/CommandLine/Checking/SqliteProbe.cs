using Microsoft.Data.Sqlite;
using Sagas.Persistence;

namespace Sagas.Worker.CommandLine.Checking;

/// <summary>Looks into a SQLite file.</summary>
internal sealed class SqliteProbe(SagaDatabase database) : IDatabaseProbe
{
    private const string Clock = "clock";
    private const string Locks = "locks";
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int SecondsForLock = 2;

    private readonly SqliteConnection _connection = new(new SqliteConnectionStringBuilder(database.ConnectionString)
    {
        // Without the mode, opening would create the file.
        Mode = SqliteOpenMode.ReadWrite,
        Pooling = false,
        DefaultTimeout = SecondsForLock,
    }.ConnectionString);

    public IReadOnlyList<(string Check, Func<CancellationToken, Task<CheckResult>> Examine)> Checks =>
    [
        (Clock, _ => Task.FromResult(CheckResult.Ok(Clock, "this machine's: a SQLite file has none of its own"))),
        (Locks, WriteLockAsync),
    ];

    public async Task<string> OpenAsync(CancellationToken stop)
    {
        await _connection.OpenAsync(stop);
        await using var command = _connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master";
        await command.ExecuteScalarAsync(stop);
        return $"SQLite {_connection.ServerVersion}";
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<CheckResult> WriteLockAsync(CancellationToken stop)
    {
        try
        {
            await using var command = _connection.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE; ROLLBACK;";
            await command.ExecuteNonQueryAsync(stop);
            return CheckResult.Ok(Locks, "the file can be written to");
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == Busy)
        {
            return CheckResult.Fail(
                Locks,
                $"another process has kept the file locked for {SecondsForLock} s",
                "Find it (fuser, lsof) and end its transaction. "
                    + "A database tool with an open transaction is a usual one.");
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == ReadOnly)
        {
            return CheckResult.Fail(
                Locks,
                "the file may not be written to by this user",
                "Give the worker's user the right to write it and its folder.");
        }
    }
}
