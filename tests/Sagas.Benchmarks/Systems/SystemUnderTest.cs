using RabbitMQ.Client.Exceptions;
using Sagas.Benchmarks.Load;
using Sagas.Benchmarks.Measuring;

namespace Sagas.Benchmarks.Systems;

/// <summary>Workers, the participants, and servers of their own, with a client.</summary>
internal sealed class SystemUnderTest : ISystemUnderTest
{
    private const string Worker = "worker";
    private const string Participants = "participants";
    private const string Client = "client";

    private readonly BenchmarkServers _servers;
    private readonly SystemProcesses _processes;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly List<ChildProcess> _workers = [];
    private readonly CancellationTokenSource _broken = new();
    private ChildProcess? _participants;
    private SagaClient? _client;
    private string? _whatBroke;

    private SystemUnderTest(
        BenchmarkServers servers, SystemProcesses processes, IReadOnlyDictionary<string, string> settings) =>
        (_servers, _processes, _settings) = (servers, processes, settings);

    public string Servers => _servers.Versions;

    public double WorkerMemoryMiB => _workers.Sum(x => x.Usage.MemoryMiB());

    /// <param name="kind">Which.</param>
    /// <param name="stop">Stops it.</param>
    /// <param name="settings">What the worker is told besides, as variables of its environment.</param>
    /// <param name="folder">The build that it is of, unless it is this one.</param>
    /// <exception cref="TimeoutException">No saga came to its end within a minute.</exception>
    public static async Task<SystemUnderTest> StartAsync(
        SystemKind kind,
        CancellationToken stop,
        IReadOnlyDictionary<string, string>? settings = null,
        string? folder = null)
    {
        var servers = await BenchmarkServers.StartAsync(stop);
        var processes = new SystemProcesses(kind, servers, folder ?? AppContext.BaseDirectory);
        var system = new SystemUnderTest(servers, processes, settings ?? new Dictionary<string, string>());
        try
        {
            system.StartParticipants();
            await system.SetWorkersAsync(1, stop);
            system._client = await system.ConnectAsync(stop);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The connection string of a database: <c>sagas</c> is the worker's, <c>participants</c> theirs.
    /// </summary>
    public string Database(string name) => _servers.Database(name);

    /// <summary>Starts or ends workers until there are so many, and waits until the started ones are ready.</summary>
    public async Task SetWorkersAsync(int count, CancellationToken stop)
    {
        while (_workers.Count < count)
        {
            _workers.Add(_processes.StartWorker(_settings, Break));
        }

        while (_workers.Count > count)
        {
            _workers[^1].Dispose();
            _workers.RemoveAt(_workers.Count - 1);
        }

        await _servers.UntilConsumersAsync("sagas", count, stop);
    }

    public void StartParticipants() => _participants = _processes.StartParticipants(Break);

    public void EndParticipants() => _participants?.Dispose();

    /// <summary>Starts a saga, and does not wait for its end.</summary>
    public Task StartSagaAsync(Scenario scenario, CancellationToken stop) => _client!.StartAsync(scenario, stop);

    /// <summary>Loses the messages that wait in queues.</summary>
    public Task PurgeAsync(IEnumerable<string> queues, CancellationToken stop) => _servers.PurgeAsync(queues, stop);

    /// <exception cref="InvalidOperationException">A process ended by itself.</exception>
    public async Task<TimeSpan> RunAsync(Scenario scenario, CancellationToken stop)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, _broken.Token);
        try
        {
            return await _client!.RunAsync(scenario, both.Token);
        }
        catch (OperationCanceledException) when (_broken.IsCancellationRequested)
        {
            throw new InvalidOperationException(_whatBroke);
        }
    }

    public async Task<Usage> UsageAsync(CancellationToken stop)
    {
        var cpu = _servers.Processes.ToDictionary(x => x.Key, x => x.Value.Cpu());
        cpu[Worker] = _workers.Aggregate(TimeSpan.Zero, (sum, x) => sum + x.Usage.Cpu());
        cpu[Participants] = _participants!.Usage.Cpu();
        cpu[Client] = Environment.CpuUsage.TotalTime;
        return new Usage(cpu, await _servers.CountersAsync(stop));
    }

    public Task<double> MessagesAsync(CancellationToken stop) => _servers.MessagesAsync(stop);

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        _workers.ForEach(x => x.Dispose());
        _participants?.Dispose();
        await _servers.DisposeAsync();
        _broken.Dispose();
    }

    private void Break(string what)
    {
        _whatBroke ??= what;
        _broken.Cancel();
    }

    /// <summary>
    /// Until the worker and the participants have declared what the client binds to, and a saga runs through.
    /// </summary>
    private async Task<SagaClient> ConnectAsync(CancellationToken stop)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop, _broken.Token);
        timeout.CancelAfter(TimeSpan.FromMinutes(1));
        while (true)
        {
            SagaClient? client = null;
            try
            {
                client = await SagaClient.ConnectAsync(_servers.Broker, timeout.Token);
                await client.RunAsync(Scenario.All[0], timeout.Token);
                return client;
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw new TimeoutException(
                    _whatBroke ?? "No saga came to its end within a minute: what the processes wrote above says more.");
            }
            catch (Exception exception) when (exception is OperationInterruptedException or PublishException)
            {
                if (client is not null)
                {
                    await client.DisposeAsync();
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), timeout.Token);
            }
        }
    }
}
