using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using Npgsql;
using Sagas.IntegrationTests.Containers;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Sagas.IntegrationTests.EndToEnd;

/// <summary>
/// What a team deploys: PostgreSQL, RabbitMQ, the worker's own image and the sample participants, on a network of their own.
/// </summary>
internal sealed class SagasStack : IAsyncDisposable
{
    private const string User = "sagas";
    private const string Password = "sagas";
    private readonly INetwork _network = new NetworkBuilder().Build();

    private SagasStack()
    {
        Database = Servers.PostgreSql()
            .WithDatabase("sagas").WithUsername(User).WithPassword(Password)
            .WithNetwork(_network).WithNetworkAliases("postgres")
            .Build();
        Broker = Servers.RabbitMq()
            .WithUsername(User).WithPassword(Password)
            .WithNetwork(_network).WithNetworkAliases("rabbitmq")
            .Build();
        Worker = Servers.Worker(_network, Connection("sagas"), BrokerAddress).Build();
        Participants = Servers.Participants(_network, Connection("participants"), BrokerAddress).Build();
    }

    public PostgreSqlContainer Database { get; }

    public RabbitMqContainer Broker { get; }

    public IContainer Worker { get; }

    public IContainer Participants { get; }

    public NpgsqlDataSource Sagas { get; private set; } = null!;

    /// <summary>The participants' own database.</summary>
    public NpgsqlDataSource Effects { get; private set; } = null!;

    public static Task<SagasStack> StartAsync(CancellationToken ct) => StartAsync(isWorkerFirst: false, ct);

    /// <summary>Starts the worker before the servers that it needs.</summary>
    public static Task<SagasStack> StartWorkerFirstAsync(CancellationToken ct) => StartAsync(isWorkerFirst: true, ct);

    private static async Task<SagasStack> StartAsync(bool isWorkerFirst, CancellationToken ct)
    {
        var stack = new SagasStack();
        try
        {
            await stack._network.CreateAsync(ct);
            var worker = isWorkerFirst ? stack.Worker.StartAsync(ct) : Task.CompletedTask;
            if (isWorkerFirst)
            {
                await Poll.UntilAsync("the worker to wait", async token => await stack.CountAsync("Waiting for", token) == 1, ct: ct);
            }

            await Task.WhenAll(stack.Database.StartAsync(ct), stack.Broker.StartAsync(ct));
            var address = new NpgsqlConnectionStringBuilder(stack.Database.GetConnectionString());
            stack.Sagas = NpgsqlDataSource.Create(address);
            address.Database = "participants";
            stack.Effects = NpgsqlDataSource.Create(address);
            worker = isWorkerFirst ? worker : stack.Worker.StartAsync(ct);
            await Task.WhenAll(worker, stack.Participants.StartAsync(ct));
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>A number from the worker's database.</summary>
    public async Task<long> ScalarAsync(string sql, CancellationToken ct)
    {
        await using var command = Sagas.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>How many lines of the worker's log have a text.</summary>
    public async Task<int> CountAsync(string text, CancellationToken ct)
    {
        var (output, _) = await Worker.GetLogsAsync(ct: ct);
        return output.Split('\n').Count(x => x.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>The participant in Python, not started.</summary>
    public IContainer Python() => Servers.PythonParticipant(_network, BrokerAddress).Build();

    /// <summary>The participant in JavaScript, not started.</summary>
    public IContainer JavaScript() => Servers.JavaScriptParticipant(_network, BrokerAddress).Build();

    public async ValueTask DisposeAsync()
    {
        if (Sagas is not null)
        {
            await Sagas.DisposeAsync();
            await Effects.DisposeAsync();
        }

        await Worker.DisposeAsync();
        await Participants.DisposeAsync();
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
        await _network.DisposeAsync();
    }

    private const string BrokerAddress = $"amqp://{User}:{Password}@rabbitmq:5672";

    private static string Connection(string database) =>
        $"Host=postgres;Database={database};Username={User};Password={Password}";
}
