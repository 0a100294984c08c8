using System.Globalization;
using DotNet.Testcontainers.Containers;
using Npgsql;
using Sagas.Benchmarks.Measuring;
using Sagas.IntegrationTests.Containers;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Sagas.Benchmarks.Systems;

/// <summary>PostgreSQL and RabbitMQ, as safe as they are by default, with statistics of statements.</summary>
internal sealed class BenchmarkServers : IAsyncDisposable
{
    private readonly PostgreSqlContainer _database = Servers.PostgreSql()
        .WithCommand("-c", "shared_preload_libraries=pg_stat_statements")
        .Build();

    private readonly RabbitMqContainer _broker = Servers.RabbitMq().Build();
    private NpgsqlDataSource _statistics = null!;

    public string Broker => _broker.GetConnectionString();

    public static async Task<BenchmarkServers> StartAsync(CancellationToken stop)
    {
        var servers = new BenchmarkServers();
        await Task.WhenAll(servers._database.StartAsync(stop), servers._broker.StartAsync(stop));
        servers._statistics = NpgsqlDataSource.Create(servers.Database("postgres"));
        await using var command = servers._statistics.CreateCommand("create extension pg_stat_statements");
        await command.ExecuteNonQueryAsync(stop);
        foreach (var database in (string[])["sagas", "participants"])
        {
            command.CommandText = $"create database {database}";
            await command.ExecuteNonQueryAsync(stop);
        }

        return servers;
    }

    /// <summary>The connection string of a database: <c>sagas</c> is the worker's, <c>participants</c> theirs.</summary>
    public string Database(string name) =>
        new NpgsqlConnectionStringBuilder(_database.GetConnectionString()) { Database = name }.ToString();

    public Task<Counters> CountersAsync(CancellationToken stop) => Counters.ReadAsync(_statistics, _broker, stop);

    public async Task<IReadOnlyDictionary<string, ProcessTree>> ProcessesAsync(CancellationToken stop) =>
        new Dictionary<string, ProcessTree>
        {
            ["PostgreSQL"] = new(await ProcessIdAsync(_database, stop)),
            ["RabbitMQ"] = new(await ProcessIdAsync(_broker, stop)),
        };

    public async ValueTask DisposeAsync()
    {
        if (_statistics is not null)
        {
            await _statistics.DisposeAsync();
        }

        await _database.DisposeAsync();
        await _broker.DisposeAsync();
    }

    private static async Task<int> ProcessIdAsync(DockerContainer container, CancellationToken stop) => int.Parse(
        await DockerCli.RunAsync(["inspect", "--format", "{{.State.Pid}}", container.Id], stop), CultureInfo.InvariantCulture);
}
