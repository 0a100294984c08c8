using Npgsql;
using Sagas.IntegrationTests.Persistence;
using Sagas.Tests.Operations.Api;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Operations;

/// <summary>Another session has a table locked: the command timeout.</summary>
public sealed class PostgresTimeoutTests(PostgresServer server) : DatabaseTimeoutContract
{
    protected override string Reason => "Timeout during reading attempt";

    protected override async Task<ITestDatabase> CreateDatabaseAsync() => new Impatient(await server.CreateDatabaseAsync());

    protected override async Task<IAsyncDisposable> LockAsync(string connectionString)
    {
        var connection = new NpgsqlConnection($"{connectionString};Pooling=False");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("BEGIN; LOCK TABLE sagas.saga_state IN EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private sealed record Impatient(ITestDatabase Database) : ITestDatabase
    {
        public string ConnectionString => $"{Database.ConnectionString};Command Timeout=2";

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }
}
