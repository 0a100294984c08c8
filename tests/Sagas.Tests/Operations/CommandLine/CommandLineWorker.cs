using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Contracts;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Operations.CommandLine;

/// <summary>
/// A worker in this process whose API commands talk to. Its participants act as the saga's input says.
/// </summary>
public sealed class CommandLineWorker : IAsyncLifetime
{
    private const string Definition = """
        {
          "name": "order",
          "version": 1,
          "steps": [
            { "name": "reserve-stock", "queue": "participants", "timeout": "30s", "compensation": { "retry": { "retries": 0 } } },
            { "name": "charge-card", "queue": "participants", "timeout": "30s", "retry": { "retries": 0 } }
          ]
        }
        """;

    /// <summary>An input of a saga that goes through.</summary>
    public const string Fine = """{"fate":"fine"}""";

    /// <summary>An input of a saga whose second step fails, and whose first one cannot be undone.</summary>
    public const string Stuck = """{"fate":"stuck"}""";

    /// <summary>An input of a saga whose second step is not answered.</summary>
    public const string Silent = """{"fate":"silent"}""";

    private EmbeddedWorker? _worker;

    /// <summary>Where its API is.</summary>
    public string Url => Worker.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    internal EmbeddedWorker Worker => _worker!;

    internal static async Task<CommandLineWorker> StartAsync()
    {
        var worker = new CommandLineWorker();
        await worker.InitializeAsync();
        return worker;
    }

    public async ValueTask InitializeAsync() => _worker = await EmbeddedWorker.StartAsync(
        Definition,
        CancellationToken.None,
        Answer,
        new Dictionary<string, string?> { ["Sagas:Api:Enabled"] = "true", ["Sagas:Api:Listen"] = "http://127.0.0.1:0" });

    public ValueTask DisposeAsync() => Worker.DisposeAsync();

    /// <summary>Starts a saga and waits until it is in a state.</summary>
    public async Task<Guid> StartSagaAsync(string input, string state)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var id = Guid.CreateVersion7();
        await Worker.SendAsync(
            new StartSaga { SagaId = id, SagaName = "order", Input = System.Text.Json.JsonElement.Parse(input) }, cancellation);
        await Worker.UntilStateAsync(id, state, cancellation);
        return id;
    }

    /// <summary>Runs a command against it whose output is piped.</summary>
    internal Task<CommandRun> RunAsync(params string[] arguments) => RunAsync(new CommandRun(), arguments);

    internal Task<CommandRun> RunAsync(CommandRun run, params string[] arguments) => run.RunAsync([.. arguments, "--url", Url]);

    private static object? Answer(IStepCommand command)
    {
        var fate = command.Input.GetProperty("fate").GetString();
        return (fate, command) switch
        {
            ("stuck", CompensateStep) => EmbeddedWorker.Fail(command, "WAREHOUSE_CLOSED"),
            ("stuck", ExecuteStep { Step: "charge-card" }) => EmbeddedWorker.Fail(command, "CARD_DECLINED"),
            ("silent", ExecuteStep { Step: "charge-card" }) => null,
            _ => EmbeddedWorker.Succeed(command),
        };
    }
}
