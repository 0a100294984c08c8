using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sagas.Benchmarks.Measuring;
using Sagas.Benchmarks.Participants;
using Sagas.Contracts;
using Sagas.Orchestration.Transport;
using Sagas.Worker;

namespace Sagas.Benchmarks.Systems;

/// <summary>
/// The worker without any server, with its participants and the client in this process: what it takes counts as the
/// worker's.
/// </summary>
internal sealed class EmbeddedSystem : ISystemUnderTest, IBusExtension
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-benchmark-").FullName;
    private readonly ConcurrentDictionary<Guid, (long StartedAt, TaskCompletionSource<TimeSpan> End)> _waiting = new();
    private IHost _host = null!;
    private ISendEndpoint _starts = null!;

    private EmbeddedSystem()
    {
    }

    public string Servers => "SQLite";

    public double WorkerMemoryMiB => Environment.WorkingSet / 1024d / 1024d;

    public static async Task<EmbeddedSystem> StartAsync(CancellationToken stop)
    {
        var system = new EmbeddedSystem();
        system._host = SagasHost.Create(
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:Sagas"] = system.Database("sagas"),
                ["Sagas:Definitions:Path"] = BenchmarkSagas.Folder,
                ["Sagas:Health:File"] = Path.Combine(system._folder, "health"),
                ["Sagas:Api:Enabled"] = "false",
                ["Logging:LogLevel:Default"] = "Warning",
                ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
            },
            system);
        await BarrierParticipants.CreateTablesAsync(system._host.Services, stop);
        await system._host.StartAsync(stop);
        system._starts = await system._host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("queue:sagas"));
        await system.RunAsync(Scenario.All[0], stop);
        return system;
    }

    public void Register(IBusRegistrationConfigurator bus) => bus.AddBarrierParticipants(Database("participants"));

    public void Configure(IRegistrationContext context, IBusFactoryConfigurator bus)
    {
        foreach (var queue in ParticipantsProcess.Queues)
        {
            bus.ReceiveEndpoint(queue, endpoint => endpoint.ConfigureStepParticipants<BenchmarkDbContext>(context));
        }

        bus.ReceiveEndpoint("client", endpoint =>
        {
            endpoint.Handler<SagaCompleted>(x => EndAsync(x.Message.SagaId));
            endpoint.Handler<SagaCompensated>(x => EndAsync(x.Message.SagaId));
        });
    }

    public async Task<TimeSpan> RunAsync(Scenario scenario, CancellationToken stop)
    {
        var id = Guid.CreateVersion7();
        var end = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = (Stopwatch.GetTimestamp(), end);
        var input = JsonSerializer.SerializeToElement(StepFailure.InputOf(scenario.FailingStep));
        await _starts.Send(new StartSaga { SagaName = scenario.Saga, SagaId = id, Input = input }, stop);
        return await end.Task.WaitAsync(TimeSpan.FromMinutes(2), stop);
    }

    public Task<Usage> UsageAsync(CancellationToken stop) =>
        Task.FromResult(new Usage(
            new Dictionary<string, TimeSpan> { ["worker"] = Environment.CpuUsage.TotalTime }, Counters.None));

    public Task<double> MessagesAsync(CancellationToken stop) => Task.FromResult(double.NaN);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private string Database(string name) => $"Data Source={Path.Combine(_folder, name)}.db";

    private Task EndAsync(Guid id)
    {
        if (_waiting.TryRemove(id, out var saga))
        {
            saga.End.SetResult(Stopwatch.GetElapsedTime(saga.StartedAt));
        }

        return Task.CompletedTask;
    }
}
