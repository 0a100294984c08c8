using Microsoft.Data.Sqlite;
using Sagas.Tests.Operations.Api;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.Tests.Persistence.Sqlite;

/// <summary>Another process has the file locked: the busy timeout.</summary>
public sealed class SqliteTimeoutTests : DatabaseTimeoutContract
{
    protected override string Reason => "database is locked";

    protected override async Task<ITestDatabase> CreateDatabaseAsync() => new Impatient(await SqliteTestDatabase.CreateAsync());

    protected override async Task<IAsyncDisposable> LockAsync(string connectionString)
    {
        var connection = new SqliteConnection($"{connectionString};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private sealed record Impatient(ITestDatabase Database) : ITestDatabase
    {
        public string ConnectionString => $"{Database.ConnectionString};Default Timeout=1";

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }
}
