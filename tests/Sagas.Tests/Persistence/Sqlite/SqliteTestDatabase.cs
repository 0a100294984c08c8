using Microsoft.Data.Sqlite;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.Tests.Persistence.Sqlite;

/// <summary>A SQLite file in a directory of its own.</summary>
public sealed class SqliteTestDatabase : ITestDatabase
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sagas-");

    public string File => Path.Combine(_directory.FullName, "sagas.db");

    public string ConnectionString => $"Data Source={File}";

    public static Task<ITestDatabase> CreateAsync()
    {
        return Task.FromResult<ITestDatabase>(new SqliteTestDatabase());
    }

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
