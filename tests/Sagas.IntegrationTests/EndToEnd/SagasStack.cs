using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using Npgsql;
using Sagas.IntegrationTests.Containers;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Sagas.IntegrationTests.EndToEnd;

/// <summary>
/// What a team deploys: PostgreSQL, RabbitMQ, the worker's own image and the sample participants. The worker is on two
/// networks, to its database and to its broker, so that either can be cut; the participants are on both as well.
/// </summary>
internal sealed class SagasStack : IAsyncDisposable
{
    private const string User = "sagas";
    private const string Password = "sagas";
    private const string BrokerAddress = $"amqp://{User}:{Password}@rabbitmq:5672";

    private readonly List<IContainer> _workers;

    private SagasStack(StackSettings settings)
    {
        Database = settings.Database(Servers.PostgreSql()
            .WithDatabase("sagas").WithUsername(User).WithPassword(Password)
            .WithNetwork(DatabaseNetwork).WithNetworkAliases("postgres"))
            .Build();
        Broker = Servers.RabbitMq()
            .WithUsername(User).WithPassword(Password)
            .WithNetwork(BrokerNetwork).WithNetworkAliases("rabbitmq")
            .Build();
        Pooler = settings.PoolerStatements is { } statements
            ? Servers.PgBouncer(DatabaseNetwork, "postgres", User, Password, statements).WithNetworkAliases("pgbouncer").Build()
            : null;
        _workers = [.. Enumerable.Range(0, settings.Workers).Select(_ => BuildWorker(settings))];
        var participants = Servers.Participants(BrokerNetwork, Connection("participants", settings), BrokerAddress)
            .WithFurtherNetwork(DatabaseNetwork)
            .WithEnvironment(settings.Participants);
        Participants = (settings.RestartsParticipants ? participants.WithRestartOnFailure() : participants).Build();
    }

    public PostgreSqlContainer Database { get; }

    /// <summary>The pooler before the database, if there is one.</summary>
    public IContainer? Pooler { get; }

    public RabbitMqContainer Broker { get; }

    public IReadOnlyList<IContainer> Workers => _workers;

    /// <summary>The worker, or the first of several.</summary>
    public IContainer Worker => Workers[0];

    public IContainer Participants { get; }

    /// <summary>Between the database and all others.</summary>
    public INetwork DatabaseNetwork { get; } = Servers.Network().Build();

    /// <summary>Between the broker and all others.</summary>
    public INetwork BrokerNetwork { get; } = Servers.Network().Build();

    public NpgsqlDataSource Sagas { get; private set; } = null!;

    /// <summary>The participants' own database.</summary>
    public NpgsqlDataSource Effects { get; private set; } = null!;

    public static Task<SagasStack> StartAsync(CancellationToken ct) => StartAsync(new StackSettings(), ct);

    public static Task<SagasStack> StartAsync(StackSettings settings, CancellationToken ct) =>
        StartAsync(settings, isWorkerFirst: false, ct);

    /// <summary>Starts the worker before the servers that it needs.</summary>
    public static Task<SagasStack> StartWorkerFirstAsync(CancellationToken ct) =>
        StartAsync(new StackSettings(), isWorkerFirst: true, ct);

    private static async Task<SagasStack> StartAsync(StackSettings settings, bool isWorkerFirst, CancellationToken ct)
    {
        var stack = new SagasStack(settings);
        try
        {
            await Task.WhenAll(stack.DatabaseNetwork.CreateAsync(ct), stack.BrokerNetwork.CreateAsync(ct));
            var workers = isWorkerFirst ? stack.StartWorkersAsync(ct) : Task.CompletedTask;
            if (isWorkerFirst)
            {
                await Poll.UntilAsync("the worker to wait", async token => await stack.CountAsync("Waiting for", token) == 1, ct: ct);
            }

            await Task.WhenAll(stack.Database.StartAsync(ct), stack.Broker.StartAsync(ct));
            if (stack.Pooler is not null)
            {
                await stack.Pooler.StartAsync(ct);
            }

            var address = new NpgsqlConnectionStringBuilder(stack.Database.GetConnectionString());
            stack.Sagas = NpgsqlDataSource.Create(address);
            address.Database = "participants";
            stack.Effects = NpgsqlDataSource.Create(address);
            workers = isWorkerFirst ? workers : stack.StartWorkersAsync(ct);
            await Task.WhenAll(workers, stack.Participants.StartAsync(ct));
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one more worker beside the others, with settings of its own.</summary>
    public async Task<IContainer> AddWorkerAsync(StackSettings settings, CancellationToken ct)
    {
        var worker = BuildWorker(settings);
        _workers.Add(worker);
        await worker.StartAsync(ct);
        return worker;
    }

    /// <summary>The address under which the workers find this machine.</summary>
    public Task<string> FindGatewayAsync(CancellationToken ct) =>
        DockerEngine.FindGatewayAsync(BrokerNetwork.Name, ct);

    /// <summary>A number from the worker's database.</summary>
    public async Task<long> ScalarAsync(string sql, CancellationToken ct)
    {
        await using var command = Sagas.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>How many lines of the worker's log have a text.</summary>
    public Task<int> CountAsync(string text, CancellationToken ct) => CountAsync(Worker, text, ct);

    /// <summary>How many lines of a container's log have a text.</summary>
    public static async Task<int> CountAsync(IContainer container, string text, CancellationToken ct)
    {
        var (output, errors) = await container.GetLogsAsync(ct: ct);
        return (output + errors).Split('\n').Count(x => x.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>The participant in Python, not started.</summary>
    public IContainer Python() => Servers.PythonParticipant(BrokerNetwork, BrokerAddress).Build();

    /// <summary>The participant in JavaScript, not started.</summary>
    public IContainer JavaScript() => Servers.JavaScriptParticipant(BrokerNetwork, BrokerAddress).Build();

    public async ValueTask DisposeAsync()
    {
        if (Sagas is not null)
        {
            await Sagas.DisposeAsync();
            await Effects.DisposeAsync();
        }

        foreach (var container in (IContainer?[])[.. Workers, Participants, Pooler, Broker, Database])
        {
            await (container?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        await DatabaseNetwork.DisposeAsync();
        await BrokerNetwork.DisposeAsync();
    }

    private IContainer BuildWorker(StackSettings settings)
    {
        var worker = Servers.Worker(BrokerNetwork, Connection("sagas", settings), BrokerAddress)
            .WithFurtherNetwork(DatabaseNetwork)
            .WithEnvironment(settings.Worker);
        worker = settings.WorkerImage is { } image ? worker.WithImage(image) : worker;
        return (settings.Definitions is { } folder ? worker.WithBindMount(folder, "/app/sagas") : worker).Build();
    }

    private Task StartWorkersAsync(CancellationToken ct) => Task.WhenAll(Workers.Select(x => x.StartAsync(ct)));

    private static string Connection(string database, StackSettings settings) =>
        $"Host={(settings.PoolerStatements is null ? "postgres" : "pgbouncer")};Database={database};"
        + $"Username={User};Password={Password}";
}
