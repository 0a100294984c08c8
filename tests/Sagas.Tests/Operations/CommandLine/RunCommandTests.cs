using System.Net;
using System.Net.Sockets;
using Sagas.Persistence;
using Sagas.Tests.Persistence.Contract;
using Sagas.Worker.Definitions;

namespace Sagas.Tests.Operations.CommandLine;

public sealed class RunCommandTests : IDisposable
{
    private const int ConfigurationError = 2;
    private const string SixtyFourMegabytes = "0x4000000";

    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-run-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_MistakesInDefinitions_AreOneReadableTextAndNothingStarts()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "sagas"));
        File.WriteAllText(Path.Combine(_folder, "sagas", "a.json"), """{"name":"A","version":1,"steps":[]}""");
        File.WriteAllText(Path.Combine(_folder, "sagas", "b.json"), "{");

        var result = await WorkerProcess.RunAsync([], _folder);

        result.ExitCode.ShouldBe(ConfigurationError);
        var lines = result.Error.TrimEnd().Split('\n');
        lines[0].ShouldBe("The saga definitions have 3 mistakes:");
        lines.Length.ShouldBe(4);
        result.Output.ShouldNotContain("   at ");
        Directory.GetFiles(_folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_DefinitionWithAThousandMistakes_NamesAHundredAndCountsTheRestInNoTime()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "sagas"));
        var steps = Enumerable.Range(0, 100).Select(x =>
            $$"""
            { "name": "STEP {{x}}", "queue": "amq.{{x}}", "timeout": "1ms", "critical": "very", "unknown": {{x}}, "compensation":
              { "timeout": -1, "retry": { "retries": 101, "interval": "0s", "jitter": 2, "maxInterval": [] } } }
            """);
        File.WriteAllText(
            Path.Combine(_folder, "sagas", "a.json"), $$"""{"name":"order","version":1,"steps":[{{string.Join(',', steps)}}]}""");

        var result = await WorkerProcess.RunAsync([], _folder, new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = SixtyFourMegabytes });

        result.ExitCode.ShouldBe(ConfigurationError);
        var lines = result.Error.TrimEnd().Split('\n');
        lines[0].ShouldBe("The saga definitions have 1000 mistakes:");
        lines.Length.ShouldBe(102);
        lines[1..^1].ShouldAllBe(x => x.StartsWith("  sagas/a.json:", StringComparison.Ordinal) && x.Length < 400);
        lines[^1].ShouldBe("  and 900 more.");
        result.Output.ShouldNotContain("   at ");
        result.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Run_ToldToStopWhileItWaitsForTheDatabase_EndsInPeace()
    {
        var database = new Dictionary<string, string> { ["ConnectionStrings__Sagas"] = "Host=127.0.0.1;Port=1;Username=me" };

        var result = await WorkerProcess.RunAsync([], _folder, database, stopAt: "Waiting for the database");

        result.ExitCode.ShouldBe(0, result.Output + result.Error);
        result.Error.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Saga", "ConnectionStrings:Saga is not known. Did you mean ConnectionStrings:Sagas?")]
    [InlineData("RabbitMQS", "ConnectionStrings:RabbitMQS is not known. Did you mean ConnectionStrings:RabbitMq?")]
    [InlineData("Warehouse", "ConnectionStrings:Warehouse is not known. Allowed: Sagas, RabbitMq.")]
    public async Task Run_ConnectionStringOfAnotherName_IsRefused(string name, string message)
    {
        var environment = new Dictionary<string, string> { [$"ConnectionStrings__{name}"] = "Host=db;Password=secret" };

        var result = await WorkerProcess.RunAsync([], _folder, environment);

        result.ExitCode.ShouldBe(ConfigurationError);
        result.Error.TrimEnd().ShouldBe(message);
    }

    [Fact]
    public async Task Run_SettingsOutOfRangeInSeveralSections_AreAllNamed()
    {
        var result = await WorkerProcess.RunAsync(
            ["--set", "Sagas:Steps:Timeout=1ms", "--set", "Sagas:Compensation:Retries=101"], _folder);

        result.ExitCode.ShouldBe(ConfigurationError);
        result.Error.ShouldContain("Sagas:Steps:Timeout is 1ms. Allowed: 100ms to 30d.");
        result.Error.ShouldContain("Sagas:Compensation:Retries is 101. Allowed: 0 to 100.");
        result.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Run_DatabaseThatIsNone_SaysSoAndWhatToDo()
    {
        var file = Path.Combine(_folder, "notes.db");
        File.WriteAllText(file, string.Concat(Enumerable.Repeat("This is no database.", 100)));

        var result = await WorkerProcess.RunAsync(["--database", $"Data Source={file}"], _folder);

        result.ExitCode.ShouldBe(1);
        result.Error.TrimEnd().Split('\n').ShouldBe(
            [$"The worker cannot start: The file {file} is no SQLite database.", "Name another file in ConnectionStrings__Sagas."]);
        result.Output.ShouldNotContain("   at ");
        result.Output.ShouldNotContain("warn:");
    }

    [Fact]
    public async Task Run_DefinitionChangedAfterItsUse_IsOneReadableText()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "sagas"));
        var file = Path.Combine(_folder, "sagas", "order.json");
        var database = $"Data Source={Path.Combine(_folder, "sagas.db")};Pooling=False";
        await using (var store = await StoreHost.CreateAsync(new Database(database)))
        {
            await store.AddAsync(new SagaDefinitionRow { Name = "order", Version = 1, Hash = "abc", Content = "{}" });
        }

        File.WriteAllText(file, """{"name":"order","version":1,"steps":[{"name":"a","queue":"q"}]}""");
        var result = await WorkerProcess.RunAsync(["--set", $"ConnectionStrings:Sagas={database}"], _folder);

        result.ExitCode.ShouldBe(ConfigurationError);
        result.Error.TrimEnd().Split('\n').ShouldHaveSingleItem().ShouldContain("Stored hash: abc;");
        result.Output.ShouldNotContain("   at ");
        result.Output.ShouldNotContain(nameof(SagaDefinitionException));
    }

    [Fact]
    public async Task Run_AddressInUse_SaysWhichAndWhatToSet()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";

        var result = await WorkerProcess.RunAsync(["--set", $"Sagas:Api:Listen={address}"], _folder);

        result.ExitCode.ShouldBe(ConfigurationError);
        result.Error.TrimEnd().ShouldBe(
            $"Sagas:Api:Listen: {address} is in use by another program, or another worker. Name another port, or set "
            + "Sagas:Api:Enabled to false.");
        result.Output.ShouldNotContain("   at ");
    }

    private sealed record Database(string ConnectionString) : ITestDatabase
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
