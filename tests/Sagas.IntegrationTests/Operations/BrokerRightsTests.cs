using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.Persistence;
using Sagas.Tests;
using Sagas.Tests.Operations.Api;
using Sagas.Tests.Operations.CommandLine;
using Sagas.Tests.Orchestration;

namespace Sagas.IntegrationTests.Operations;

/// <summary>What a worker does whose user lacks rights at RabbitMQ, or who finds other objects there than its own.</summary>
public sealed class BrokerRightsTests(Broker broker, ITestOutputHelper output)
{
    private const int ConfigurationError = 2;

    private const string Definition =
        """
        { "name": "order", "version": 1, "steps": [
          { "name": "pay", "queue": "participants" }, { "name": "ship", "queue": "odd", "timeout": "1s" } ] }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("broker-object-of-another-kind")]
    [Theory]
    [InlineData("queue", "the queue 'sagas' is there as another kind")]
    [InlineData("exchange", "the exchange 'sagas' is there as another kind")]
    [InlineData("event", "the exchange 'saga.completed' is there as another kind")]
    public async Task Start_ObjectOfItsOwnIsThereAsAnotherKind_SaysSoInOneLineAndEnds(string what, string finding)
    {
        await using var host = await VirtualHost.CreateAsync(await broker.Server);
        await using (var channel = await host.OpenAsync())
        {
            await (what switch
            {
                "queue" => channel.QueueDeclareAsync("sagas", true, false, false, cancellationToken: Ct),
                "exchange" => channel.ExchangeDeclareAsync("sagas", ExchangeType.Topic, true, cancellationToken: Ct),
                _ => channel.ExchangeDeclareAsync("saga.completed", ExchangeType.Direct, true, cancellationToken: Ct),
            });
        }

        await RefusesAsync(host.Address(), finding);
    }

    [Proves("broker-too-few-channels")]
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Start_TooFewChannels_SaysSoInOneLineAndEnds(int channels)
    {
        await using var server = Servers.RabbitMq().Build();
        await server.StartAsync(Ct);
        (await server.ExecAsync(["rabbitmqctl", "eval", $"application:set_env(rabbit, channel_max, {channels})."], Ct)).ExitCode.ShouldBe(0);

        await RefusesAsync(server.GetConnectionString(), $"allows {channels} channels a connection");
    }

    [Proves("broker-right-missing")]
    [Theory]
    [InlineData("^$", ".*", ".*", "configure access to queue 'sagas'")]
    [InlineData(".*", "^$", ".*", "may not read and write 'sagas'")]
    [InlineData(".*", ".*", "^$", "may not read and write 'sagas'")]
    public async Task Start_RightIsMissing_SaysWhichInOneLineAndEnds(
        string configure, string write, string read, string finding)
    {
        await using var host = await VirtualHost.CreateAsync(await broker.Server);
        await host.AddUserAsync("limited", configure, write, read);

        await RefusesAsync(host.Address("limited"), finding);
    }

    [Proves("broker-right-missing")]
    [Fact]
    public async Task Start_VirtualHostThatIsNotThere_WaitsForItInOneLine()
    {
        var address = new UriBuilder((await broker.Server).GetConnectionString()) { Path = "nowhere" };
        using var folder = new Folder(Definition);

        var result = await WorkerProcess.RunAsync(
            [],
            (line, stop) => line.Contains("Waiting for RabbitMQ", StringComparison.Ordinal) ? stop() : Task.CompletedTask,
            folder.Parent,
            new Dictionary<string, string> { ["ConnectionStrings__RabbitMq"] = address.Uri.ToString() });

        result.ShouldHaveEndedInPeace();
        result.Output.ShouldContain("vhost nowhere not found");
        result.Output.ShouldNotContain("   at ");
    }

    [Proves("broker-refuses-requests")]
    [Fact]
    public async Task Ask_PasswordIsRotated_IsA503UntilItIsTheOldOneAgain()
    {
        const string start = """{ "name": "order" }""";
        const string path = "/api/v1/sagas";
        await using var host = await VirtualHost.CreateAsync(await broker.Server);
        await host.AddUserAsync("limited", ".*", ".*", ".*");
        await using var run = await ApiRun.StartAsync(
            Definition,
            Ct,
            settings: new Dictionary<string, string?>
            {
                ["ConnectionStrings:RabbitMq"] = host.Address("limited"),
                ["Sagas:Api:HandlerTimeout"] = "3s",
            });
        (await run.PostAsync(path, start, Ct)).Status.ShouldBe(201);

        await host.RotateAsync("limited", "another one");

        for (var request = 0; request < 5; request++)
        {
            (await run.PostAsync(path, start, Ct)).Status.ShouldBe(503);
        }

        run.Worker.Log.ShouldNotContain(x => x.StartsWith("POST ", StringComparison.Ordinal) && x.Contains(" failed", StringComparison.Ordinal));
        await host.RotateAsync("limited");
        await Poll.UntilAsync(
            "a start to be accepted", async ct => (await run.PostAsync(path, start, ct)).Status == 201, TimeSpan.FromMinutes(1), ct: Ct);
    }

    [Proves("broker-declared-by-others")]
    [Fact]
    public async Task Start_MayConfigureNothingAndAllIsDeclared_RunsSagasAndSetsAside()
    {
        await using var host = await VirtualHost.CreateAsync(await broker.Server);
        await host.AddUserAsync("limited", "^events$", ".*", ".*");
        await using var channel = await host.OpenAsync();
        using var folder = new Folder(Definition);
        var topology = await CommandRun.PipedAsync(
            "topology", "--broker", host.Address(), "--definitions", folder.Path);
        topology.ExitCode.ShouldBe(0, topology.Error);
        topology.Output.ShouldContain("declared sagas_error");

        await using var worker = await StartAsync(host.Address("limited"));

        await VirtualHost.StartSagaAsync(channel);
        await Poll.UntilAsync("the first step", _ => Task.FromResult(worker.Commands.Any(x => x.Step == "pay")), ct: Ct);
        await Poll.UntilAsync(
            "the second command", async ct => await channel.MessageCountAsync("odd", ct) > 0, ct: Ct);
        await VirtualHost.SendAsync(channel, "no JSON", type: null);
        await Poll.UntilAsync(
            "the bad one to be set aside", async ct => await channel.MessageCountAsync("sagas_error", ct) == 1, ct: Ct);
        output.WriteLine(string.Join('\n', worker.Log));
    }

    [Proves("broker-participant-refused")]
    [Fact]
    public async Task Start_ParticipantsExchangeIsOfAnotherKind_StopsTheStepsThatGoThereUntilItIsPutRight()
    {
        await using var host = await VirtualHost.CreateAsync(await broker.Server);
        await using var channel = await host.OpenAsync();
        await channel.ExchangeDeclareAsync("odd", ExchangeType.Topic, durable: true, cancellationToken: Ct);

        await using var worker = await StartAsync(host.Address());

        await VirtualHost.StartSagaAsync(channel);
        await Poll.UntilAsync("the first step", _ => Task.FromResult(worker.Commands.Any(x => x.Step == "pay")), ct: Ct);
        worker.Log.Count(x => x.Contains("RabbitMQ refuses the queue or the exchange odd", StringComparison.Ordinal)
            && x.Contains("order v1", StringComparison.Ordinal)).ShouldBe(1);
        var health = worker.Services.GetRequiredService<HealthCheckService>();
        (await CheckAsync(health)).Status.ShouldBe(HealthStatus.Degraded);
        (await CheckAsync(health)).Description!.ShouldContain("odd: PRECONDITION_FAILED");
        using var folder = new Folder(Definition);
        var doctor = await CommandRun.PipedAsync("doctor", "--broker", host.Address(), "--definitions", folder.Path);
        doctor.Output.ShouldContain("odd: RabbitMQ refuses the exchange");

        await channel.ExchangeDeleteAsync("odd", cancellationToken: Ct);

        await Poll.UntilAsync(
            "the check to be well", async _ => (await CheckAsync(health)).Status == HealthStatus.Healthy, ct: Ct);
        await VirtualHost.StartSagaAsync(channel);
        await Poll.UntilAsync(
            "a command to arrive", async ct => await channel.MessageCountAsync("odd", ct) > 0, ct: Ct);
    }

    /// <summary>The list in the code is what the bus declares.</summary>
    [Fact]
    public async Task Start_EmptyVirtualHost_HasWhatTheTopologyLists()
    {
        await using var host = await VirtualHost.CreateAsync(await broker.Server);
        using var folder = new Folder(Definition);
        var topology = await CommandRun.PipedAsync(
            "topology", "--broker", host.Address(), "--definitions", folder.Path);
        topology.ExitCode.ShouldBe(0, topology.Error);
        var (exchanges, bindings) = (await host.ListAsync("exchanges"), await host.ListAsync("bindings"));

        await using var worker = await StartAsync(host.Address());

        string[] others = ["events", "participants"];
        string[] New(string[] now, string[] before) =>
            [.. now.Except(before).Where(x => !others.Any(x.Contains) && !x.Contains("sagas.answers.", StringComparison.Ordinal))];
        New(await host.ListAsync("exchanges"), exchanges).ShouldBeEmpty();
        New(await host.ListAsync("bindings"), bindings).ShouldBeEmpty();
    }

    private static async Task<HealthReportEntry> CheckAsync(HealthCheckService health) =>
        (await health.CheckHealthAsync(x => x.Name == "participants", Ct)).Entries.Values.Single();

    private static Task<EmbeddedWorker> StartAsync(string address) => EmbeddedWorker.StartAsync(
        Definition, Ct, settings: new Dictionary<string, string?> { ["ConnectionStrings:RabbitMq"] = address });

    private async Task RefusesAsync(string address, string finding)
    {
        using var folder = new Folder(Definition);
        var result = await WorkerProcess.RunAsync(
            [], folder.Parent, new Dictionary<string, string> { ["ConnectionStrings__RabbitMq"] = address });

        output.WriteLine(result.Error);
        result.ExitCode.ShouldBe(ConfigurationError, result.Output + result.Error);
        result.Error.ShouldContain(finding);
        result.Error.TrimEnd().Split('\n').Length.ShouldBe(1);
        result.Output.ShouldNotContain("   at ");
    }

    /// <summary>A folder <c>sagas</c> with one definition.</summary>
    private sealed class Folder : IDisposable
    {
        public Folder(string definition)
        {
            Directory.CreateDirectory(Path);
            File.WriteAllText(System.IO.Path.Combine(Path, "order.json"), definition);
        }

        public string Parent { get; } = Directory.CreateTempSubdirectory("sagas-rights-").FullName;

        public string Path => System.IO.Path.Combine(Parent, "sagas");

        public void Dispose() => Directory.Delete(Parent, recursive: true);
    }
}
