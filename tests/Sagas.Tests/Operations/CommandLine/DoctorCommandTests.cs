using Microsoft.Data.Sqlite;
using Sagas.Persistence.Store;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.Tests.Operations.CommandLine;

public sealed class DoctorCommandTests : IDisposable
{
    private const string NobodyListens = "http://127.0.0.1:1";
    private const string Definition = """{"name":"order","version":1,"steps":[{"name":"a","queue":"q"}]}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-doctor-").FullName;

    public DoctorCommandTests() => File.WriteAllText(Path.Combine(_folder, "order.json"), Definition);

    private string DatabaseFile => Path.Combine(_folder, "sagas.db");

    private string Database => $"Data Source={DatabaseFile};Pooling=False";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Doctor_NoTablesAndNoWorker_SaysWhatToDoAndFails()
    {
        var run = await DoctorAsync();

        run.ExitCode.ShouldBe(1);
        Line(run, "settings").ShouldStartWith("ok ");
        Line(run, "definitions").ShouldEndWith("order v1");
        Line(run, "database").ShouldStartWith("warn ");
        Line(run, "broker").ShouldContain("in the worker's memory");
        Line(run, "api").ShouldContain("fail  api");
        run.Output.ShouldContain($"No worker answers at {NobodyListens}");
        run.Output.ShouldContain("→ If the worker runs, its log says more.");
        File.Exists(DatabaseFile).ShouldBeFalse("it changes nothing");
    }

    [Fact]
    public async Task Doctor_Tables_AreChecked()
    {
        await CommandRun.PipedAsync("migrate", "--database", Database);

        var run = await DoctorAsync("--json");

        var checks = run.Json.EnumerateArray().ToDictionary(
            x => x.GetProperty("check").GetString()!, x => x.GetProperty("status").GetString());
        checks["database"].ShouldBe("ok");
        checks["clock"].ShouldBe("ok");
        checks["locks"].ShouldBe("ok");
        checks["migrations"].ShouldBe("ok");
        checks["stored"].ShouldBe("ok");
        checks["sagas"].ShouldBe("ok");
        checks["undecided"].ShouldBe("ok");
        checks["api"].ShouldBe("fail");
    }

    [Fact]
    public async Task Doctor_WorkerThatRuns_IsWell()
    {
        await using var worker = await CommandLineWorker.StartAsync();

        var run = await new CommandRun { IsTerminal = true, Width = 80 }.RunAsync(
            "doctor", "--database", worker.Worker.Database, "--definitions", _folder, "--url", worker.Url);

        run.ExitCode.ShouldBe(0, run.Output);
        Line(run, "api").ShouldContain("ok    api");
        run.Lines.ShouldAllBe(x => x.Length <= 80);
        run.Raw.ShouldContain("\u001b[");
    }

    [Fact]
    public async Task Doctor_DefinitionChangedAfterItsUse_Fails()
    {
        await using (var store = await StoreHost.CreateAsync(new Named(Database)))
        {
            await store.AddAsync(new SagaDefinitionRow { Name = "order", Version = 1, Hash = "abc", Content = "{}" });
        }

        var run = await DoctorAsync();

        run.ExitCode.ShouldBe(1);
        Line(run, "stored").ShouldStartWith("fail");
        run.Output.ShouldContain("Stored hash:");
    }

    [Theory]
    [InlineData("20260603000000_SchemaChanges", "warn  migrations", "A newer worker made these tables")]
    [InlineData("20990101000000_Later", "fail  migrations", "A newer worker made these tables")]
    public async Task Doctor_TablesOfANewerWorker_SaysWhetherThisOneMayRun(
        string oldestWorker, string status, string finding)
    {
        await using (var store = await StoreHost.CreateAsync(new Named(Database)))
        {
            await store.AddNewerMigrationAsync("20990101000000_Later", oldestWorker);
        }

        var run = await DoctorAsync();

        Line(run, "migrations").ShouldStartWith(status);
        run.Output.ShouldContain(finding);
    }

    [Fact]
    public async Task Doctor_FileThatSomebodyLocked_Fails()
    {
        await CommandRun.PipedAsync("migrate", "--database", Database);
        await using var other = new SqliteConnection(Database);
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = other.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var run = await DoctorAsync();

        Line(run, "locks").ShouldContain("another process has kept the file locked");
    }

    [Fact]
    public async Task Doctor_ServersThatDoNotAnswer_FailWithoutTheirPasswords()
    {
        var run = await CommandRun.PipedAsync(
            "doctor",
            "--database", "Host=127.0.0.1;Port=1;Username=me;Password=hush",
            "--broker", "amqp://me:hush@127.0.0.1:1/",
            "--definitions", _folder,
            "--url", NobodyListens);

        run.ExitCode.ShouldBe(1);
        Line(run, "database").ShouldContain("127.0.0.1:1/me does not answer");
        Line(run, "broker").ShouldContain("127.0.0.1:1 does not answer");
        run.Output.ShouldContain("ConnectionStrings__Sagas");
        run.Output.ShouldContain("ConnectionStrings__RabbitMq");
        (run.Output + run.Error).ShouldNotContain("hush");
    }

    [Fact]
    public async Task Doctor_WrongSettings_AreToldWhileTheOtherChecksGoOn()
    {
        var run = await DoctorAsync("--set", "Sagas:Timers:BatchSize=0");

        run.ExitCode.ShouldBe(1);
        Line(run, "settings").ShouldContain("Sagas:Timers:BatchSize is 0. Allowed: 1 to 10000.");
        Line(run, "definitions").ShouldStartWith("ok");
    }

    [Fact]
    public async Task Doctor_BrokerThatIsNoAddress_IsASettingToCorrect()
    {
        var run = await DoctorAsync("--broker", "rabbit:hush");

        run.ExitCode.ShouldBe(1);
        Line(run, "settings").ShouldContain("ConnectionStrings:RabbitMq is not an AMQP address.");
        run.Output.ShouldNotContain("hush");
    }

    private Task<CommandRun> DoctorAsync(params string[] more) => CommandRun.PipedAsync(
        ["doctor", "--database", Database, "--definitions", _folder, "--url", NobodyListens, .. more]);

    private static string Line(CommandRun run, string check) =>
        run.Lines.FirstOrDefault(x => x.Length > 6 && x[6..].StartsWith($"{check} ", StringComparison.Ordinal))
            .ShouldNotBeNull(run.Output);

    private sealed record Named(string ConnectionString) : ITestDatabase
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
