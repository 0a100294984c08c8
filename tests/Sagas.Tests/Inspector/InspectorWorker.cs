using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Contracts;
using Sagas.Tests.Operations.Api;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Inspector;

/// <summary>A worker in this process with a shop's participants, which do as they are told.</summary>
internal sealed class InspectorWorker : IAsyncDisposable
{
    private const string Definition = """
        {
          "name": "order",
          "version": 1,
          "description": "Reserves the goods, takes the money and books the parcel.",
          "steps": [
            { "name": "reserve-stock", "queue": "participants", "timeout": "30s", "compensation": { "retry": { "retries": 0 } } },
            { "name": "charge-card", "queue": "participants", "timeout": "30s", "compensation": true },
            { "name": "book-shipment", "queue": "participants", "timeout": "30s", "retry": { "retries": 0 } }
          ]
        }
        """;

    private readonly ApiRun _run;

    private InspectorWorker(ApiRun run) => _run = run;

    public Uri Address => _run.Address;

    public EmbeddedWorker Worker => _run.Worker;

    /// <summary>Whether the warehouse undoes reservations.</summary>
    public bool IsWarehouseOpen { get; set; }

    public static Task<InspectorWorker> StartAsync(params (string Key, string Value)[] settings) => StartAsync(_ => { }, settings);

    public static async Task<InspectorWorker> StartAsync(
        Action<IServiceCollection> configure, params (string Key, string Value)[] settings)
    {
        InspectorWorker? worker = null;
        var run = await ApiRun.StartAsync(
            Definition,
            TestContext.Current.CancellationToken,
            command => Answer(command, worker),
            new Dictionary<string, string?>(settings.Select(x => KeyValuePair.Create(x.Key, (string?)x.Value)))
            {
                ["Sagas:Api:FeedInterval"] = "00:00:00.050",
            },
            configure);
        return worker = new InspectorWorker(run);
    }

    /// <summary>
    /// Starts a saga whose last step fails and whose first cannot be undone, and waits until it is suspended.
    /// </summary>
    public Task<Guid> StartStuckAsync() => StartAsync("stuck", "Suspended");

    /// <summary>Starts a saga that goes through, and waits until it has.</summary>
    public Task<Guid> StartFineAsync() => StartAsync("fine", "Completed");

    public async ValueTask DisposeAsync() => await _run.DisposeAsync();

    private async Task<Guid> StartAsync(string fate, string state)
    {
        var id = Guid.CreateVersion7();
        var input = JsonElement.Parse($$"""{"fate":"{{fate}}","orderId":"4711"}""");
        await Worker.SendAsync(
            new StartSaga { SagaId = id, SagaName = "order", Input = input }, TestContext.Current.CancellationToken);
        await Worker.UntilStateAsync(id, state, TestContext.Current.CancellationToken);
        return id;
    }

    private static object? Answer(IStepCommand command, InspectorWorker? worker) =>
        (command.Input.GetProperty("fate").GetString(), command) switch
        {
            ("stuck", ExecuteStep { Step: "book-shipment" }) => Fail(command, "NO_CARRIER", "No carrier goes to this address."),
            ("stuck", CompensateStep { Step: "reserve-stock" }) when worker is not { IsWarehouseOpen: true } =>
                Fail(command, "WAREHOUSE_CLOSED", "The warehouse takes nothing back on Sundays."),
            _ => EmbeddedWorker.Succeed(command),
        };

    private static StepFailed Fail(IStepCommand command, string code, string message) =>
        EmbeddedWorker.Fail(command, code) with { Message = message };
}
