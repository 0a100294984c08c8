using Sagas.Benchmarks.Load;
using Sagas.Benchmarks.Measuring;

namespace Sagas.Benchmarks.Systems;

/// <summary>A worker, its participants, and servers of their own, with a client.</summary>
internal sealed class SystemUnderTest : IAsyncDisposable
{
    private readonly BenchmarkServers _servers;
    private readonly Dictionary<string, ChildProcess> _children;
    private readonly Dictionary<string, ProcessTree> _processes;

    private SystemUnderTest(
        BenchmarkServers servers,
        Dictionary<string, ChildProcess> children,
        Dictionary<string, ProcessTree> processes,
        SagaClient client)
    {
        (_servers, _children, _processes) = (servers, children, processes);
        Client = client;
    }

    public SagaClient Client { get; }

    /// <summary>The worker's resident memory, in MiB.</summary>
    public double WorkerMemoryMiB => _processes[Worker].MemoryMiB();

    private static string Worker => "worker";

    public static async Task<SystemUnderTest> StartAsync(SystemKind kind, CancellationToken stop)
    {
        var servers = await BenchmarkServers.StartAsync(stop);
        var children = new Dictionary<string, ChildProcess>();
        try
        {
            children["participants"] = SystemProcesses.StartParticipants(kind, servers);
            children[Worker] = SystemProcesses.StartWorker(kind, servers);
            var processes = new Dictionary<string, ProcessTree>(await servers.ProcessesAsync(stop));
            foreach (var (name, child) in children)
            {
                processes[name] = child.Usage;
            }

            processes["client"] = new ProcessTree(Environment.ProcessId);
            return new SystemUnderTest(servers, children, processes, await ConnectAsync(servers, stop));
        }
        catch
        {
            await DisposeAsync(servers, children);
            throw;
        }
    }

    public async Task<Usage> UsageAsync(CancellationToken stop)
    {
        var cpu = _processes.ToDictionary(x => x.Key, x => x.Value.Cpu());

        // The client is the root of the children.
        cpu["client"] -= _children.Keys.Aggregate(TimeSpan.Zero, (sum, name) => sum + cpu[name]);
        return new Usage(cpu, await _servers.CountersAsync(stop));
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await DisposeAsync(_servers, _children);
    }

    /// <summary>Until the worker and the participants have declared what the client binds to, and a saga runs through.</summary>
    private static async Task<SagaClient> ConnectAsync(BenchmarkServers servers, CancellationToken stop)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(TimeSpan.FromMinutes(1));
        while (true)
        {
            SagaClient? client = null;
            try
            {
                client = await SagaClient.ConnectAsync(servers.Broker, timeout.Token);
                await client.RunAsync(BenchmarkSagas.Names.First(), failingStep: null, timeout.Token);
                return client;
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw new TimeoutException("No saga came to its end within a minute: the logs above say more.");
            }
            catch (Exception exception) when (!timeout.IsCancellationRequested && exception is RabbitMQ.Client.Exceptions.OperationInterruptedException or RabbitMQ.Client.Exceptions.PublishException)
            {
                if (client is not null)
                {
                    await client.DisposeAsync();
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), timeout.Token);
            }
        }
    }

    private static async Task DisposeAsync(BenchmarkServers servers, Dictionary<string, ChildProcess> children)
    {
        foreach (var child in children.Values)
        {
            child.Dispose();
        }

        await servers.DisposeAsync();
    }
}
