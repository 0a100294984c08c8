using Npgsql;
using Sagas.IntegrationTests.Containers;
using Sagas.Tests.Persistence.Contract;
using Testcontainers.PostgreSql;

[assembly: AssemblyFixture(typeof(Sagas.IntegrationTests.Persistence.PostgresServer))]

namespace Sagas.IntegrationTests.Persistence;

/// <summary>A PostgreSQL server for the tests of the store, each of which gets an empty database of its own.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly Lazy<Task<PostgreSqlContainer>> _server = new(StartAsync);

    public async Task<ITestDatabase> CreateDatabaseAsync()
    {
        var server = await _server.Value;
        var name = $"t{Guid.NewGuid():n}";
        await using var connection = new NpgsqlConnection(server.GetConnectionString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        // Pools outlive their hosts; what they no longer use, the server is to have back soon.
        var settings = new NpgsqlConnectionStringBuilder(server.GetConnectionString())
        {
            Database = name,
            ConnectionIdleLifetime = 2,
            ConnectionPruningInterval = 1,
        };
        return new TestDatabase(settings.ConnectionString);
    }

    public ValueTask InitializeAsync()
    {
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _server.Value).DisposeAsync();
        }
    }

    private static async Task<PostgreSqlContainer> StartAsync()
    {
        var server = Servers.PostgreSql().Build();
        await server.StartAsync();
        return server;
    }

    private sealed record TestDatabase(string ConnectionString) : ITestDatabase
    {
        public ValueTask DisposeAsync()
        {
            NpgsqlConnection.ClearPool(new NpgsqlConnection(ConnectionString));
            return ValueTask.CompletedTask;
        }
    }
}
