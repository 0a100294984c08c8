using System.Text;
using DotNet.Testcontainers.Containers;
using Npgsql;
using RabbitMQ.Client;
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
    private (string Host, int Port) _databaseAddress;
    private (string Host, int Port) _brokerAddress;
    private NpgsqlDataSource _statistics = null!;
    private Dictionary<string, ProcessTree> _processes = null!;

    public string Broker
    {
        get
        {
            var (host, port) = _brokerAddress;
            return new UriBuilder(_broker.GetConnectionString()) { Host = host, Port = port }.ToString();
        }
    }

    /// <summary>What they are, with their versions.</summary>
    public string Versions { get; private set; } = "";

    public IReadOnlyDictionary<string, ProcessTree> Processes => _processes;

    public static async Task<BenchmarkServers> StartAsync(CancellationToken stop)
    {
        await DockerEngine.CheckAsync(stop);
        var servers = new BenchmarkServers();
        await Task.WhenAll(servers._database.StartAsync(stop), servers._broker.StartAsync(stop));
        servers._databaseAddress = await AddressAsync(servers._database, PostgreSqlBuilder.PostgreSqlPort, stop);
        servers._brokerAddress = await AddressAsync(servers._broker, RabbitMqBuilder.RabbitMqPort, stop);
        servers._statistics = NpgsqlDataSource.Create(servers.Database("postgres"));
        await using var command = servers._statistics.CreateCommand("create extension pg_stat_statements");
        await command.ExecuteNonQueryAsync(stop);
        foreach (var database in (string[])["sagas", "participants"])
        {
            command.CommandText = $"create database {database}";
            await command.ExecuteNonQueryAsync(stop);
        }

        command.CommandText = "select split_part(current_setting('server_version'), ' ', 1)";
        servers.Versions =
            $"PostgreSQL {await command.ExecuteScalarAsync(stop)}, RabbitMQ {await servers.BrokerVersionAsync(stop)}";
        servers._processes = new Dictionary<string, ProcessTree>
        {
            ["PostgreSQL"] = new(await ProcessIdAsync(servers._database, stop)),
            ["RabbitMQ"] = new(await ProcessIdAsync(servers._broker, stop)),
        };
        return servers;
    }

    /// <summary>
    /// The connection string of a database: <c>sagas</c> is the worker's, <c>participants</c> theirs.
    /// </summary>
    public string Database(string name) =>
        new NpgsqlConnectionStringBuilder(_database.GetConnectionString())
        {
            Host = _databaseAddress.Host,
            Port = _databaseAddress.Port,
            Database = name,
        }.ToString();

    public Task<Counters> CountersAsync(CancellationToken stop) => Counters.ReadAsync(_statistics, stop);

    public Task<double> MessagesAsync(CancellationToken stop) => PublishedMessages.CountAsync(_broker, stop);

    /// <summary>Until so many listen to a queue.</summary>
    /// <exception cref="TimeoutException">They do not within a minute.</exception>
    public Task UntilConsumersAsync(string queue, int count, CancellationToken stop) => Poll.UntilAsync(
        $"{count} consumers of the queue '{queue}'",
        async token =>
        {
            await using var connection = await ConnectAsync(token);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: token);
            return (await channel.QueueDeclarePassiveAsync(queue, token)).ConsumerCount == count;
        },
        ct: stop);

    /// <summary>Loses the messages that wait in queues.</summary>
    public async Task PurgeAsync(IEnumerable<string> queues, CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stop);
        foreach (var queue in queues)
        {
            await channel.QueuePurgeAsync(queue, stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_statistics is not null)
        {
            await _statistics.DisposeAsync();
        }

        await _database.DisposeAsync();
        await _broker.DisposeAsync();
    }

    // On Linux past Docker's proxy, which takes CPU time that no figure tells.
    private static async Task<(string Host, int Port)> AddressAsync(
        IContainer container, int port, CancellationToken stop) =>
        OperatingSystem.IsLinux()
            ? (await container.FindAddressAsync(stop), port)
            : (container.Hostname, container.GetMappedPublicPort(port));

    private static async Task<int> ProcessIdAsync(IContainer container, CancellationToken stop) =>
        (int)(await container.InspectStateAsync(stop)).Pid;

    private async Task<string> BrokerVersionAsync(CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        return Encoding.UTF8.GetString((byte[])connection.ServerProperties!["version"]!);
    }

    private Task<IConnection> ConnectAsync(CancellationToken stop) =>
        new ConnectionFactory { Uri = new Uri(Broker) }.CreateConnectionAsync(stop);
}
