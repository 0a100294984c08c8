using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Sagas.Engine.Definitions;
using Sagas.Persistence.Store;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.Tests.Operations.CommandLine;

[Trait("Pace", "Slow")]
public sealed class RunCommandTests : IDisposable
{
    private const int ConfigurationError = 2;
    private const string SixtyFourMegabytes = "0x4000000";

    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-run-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Proves("definition-mistakes")]
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

    [Proves("worker-embedded-not-asked-for")]
    [Theory]
    [InlineData("RabbitMq", "amqp://127.0.0.1:1", "ConnectionStrings__Sagas is not set")]
    [InlineData("Sagas", "Data Source=sagas.db", "ConnectionStrings__RabbitMq is not set")]
    public async Task Run_EmbeddedModeIsNotAllowed_SaysWhatToSetAndEnds(string name, string given, string finding)
    {
        var container = new Dictionary<string, string>
        {
            ["Sagas__Embedded__Allowed"] = "false",
            [$"ConnectionStrings__{name}"] = given,
        };

        var result = await WorkerProcess.RunAsync([], _folder, container);

        result.ExitCode.ShouldBe(ConfigurationError);
        result.Error.ShouldStartWith(finding);
        result.Error.ShouldContain("Sagas__Embedded__Allowed=true");
        result.Error.TrimEnd().Split('\n').Length.ShouldBe(1);
    }

    [Proves("worker-stopped-while-starting")]
    [Fact]
    public async Task Run_ToldToStopWhileItWaitsForTheDatabase_EndsInPeace()
    {
        var database = new Dictionary<string, string> { ["ConnectionStrings__Sagas"] = "Host=127.0.0.1;Port=1;Username=me" };

        var result = await WorkerProcess.RunAsync([], _folder, database, stopAt: "Waiting for the database");

        result.ShouldHaveEndedInPeace();
    }

    [Proves("database-stop-meanwhile")]
    [Fact]
    public async Task Run_ToldToStopWhileTheDatabaseRefusesConnections_EndsInPeace()
    {
        using var server = new RefusingPostgres("57P03", "the database system is starting up");
        var database = new Dictionary<string, string> { ["ConnectionStrings__Sagas"] = server.ConnectionString };

        var result = await WorkerProcess.RunAsync([], _folder, database, stopAt: "Waiting for the database");

        result.ShouldHaveEndedInPeace();
        result.Output.ShouldContain("the database system is starting up");
    }

    [Proves("database-refuses-at-start")]
    [Theory]
    [InlineData("28P01", "refuses the credentials")]
    [InlineData("3D000", "has no such database")]
    public async Task Run_DatabaseThatRefusesForGood_SaysWhyAndEnds(string state, string finding)
    {
        using var server = new RefusingPostgres(state, "refused");
        var database = new Dictionary<string, string> { ["ConnectionStrings__Sagas"] = server.ConnectionString };

        var result = await WorkerProcess.RunAsync([], _folder, database);

        result.ShouldBeUnableToStart();
        result.Error.ShouldContain(finding);
    }

    [Proves("database-sqlite-locked-at-start")]
    [Fact]
    public async Task Run_ToldToStopWhileSomebodyHasTheFileLocked_SaysWhatItWaitsForAndEndsInPeace()
    {
        await using var other = await LockAsync(Path.Combine(_folder, "sagas.db"));

        var result = await WorkerProcess.RunAsync([], _folder, stopAt: "Waiting for the database");

        result.ShouldHaveEndedInPeace();
        result.Output.ShouldContain("database is locked");
    }

    [Proves("database-sqlite-locked-at-start")]
    [Fact]
    public async Task Run_ToldToStopWhileSomebodyMigratesTheFile_SaysWhatItWaitsForAndEndsInPeace()
    {
        await using var other = new FileStream(
            Path.Combine(_folder, "sagas.db.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        var result = await WorkerProcess.RunAsync([], _folder, stopAt: "Waiting for the database");

        result.ShouldHaveEndedInPeace();
        result.Output.ShouldContain("sagas.db.lock locked for 2 s");
    }

    [Proves("database-refuses-at-start")]
    [Theory]
    [InlineData("notes.txt/sagas.db")]
    [InlineData("notes.txt/data/sagas.db")]
    [InlineData("/proc/sagas.db")]
    public async Task Run_FolderThatMayNotBeWrittenTo_SaysSoAndEnds(string file)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "notes.txt"), "A file.", TestContext.Current.CancellationToken);

        var result = await WorkerProcess.RunAsync(["--database", $"Data Source={file}"], _folder);

        result.ShouldBeUnableToStart();
        result.Error.ShouldContain($"The file {Path.GetFullPath(file, _folder)} cannot be opened.");
    }

    [Proves("database-stop-meanwhile")]
    [Theory]
    [InlineData("BEGIN IMMEDIATE", "database is locked")]
    [InlineData("ALTER TABLE saga_history RENAME TO elsewhere", "no such table")]
    [InlineData("ALTER TABLE saga_state RENAME TO elsewhere", "no such table")]
    public async Task Run_ToldToStopWhileDeliveriesWaitForTheDatabase_EndsInPeaceWithOneLine(string trouble, string reason)
    {
        using var client = new HttpClient();
        await using var other = new SqliteConnection($"Data Source={Path.Combine(_folder, "sagas.db")};Pooling=False");
        var stopped = 0L;
        Directory.CreateDirectory(Path.Combine(_folder, "sagas"));
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "sagas", "order.json"),
            """{"name":"order","version":1,"steps":[{"name":"a","queue":"q"}]}""",
            TestContext.Current.CancellationToken);

        var result = await WorkerProcess.RunAsync(
            ["--set", "Sagas:Api:Listen=http://127.0.0.1:0", "--set", "Sagas:Transport:StopTimeout=10s"],
            async (line, stop) =>
            {
                if (line.Split("Now listening on: ") is [_, var address])
                {
                    await ExecuteAsync(other, trouble);
                    _ = client.PostAsync(
                        $"{address.Trim()}/api/v1/sagas", new StringContent("""{"name":"order"}""", null, "application/json"));
                }
                else if (line.Contains("The database of SagaStoreDbContext fails", StringComparison.Ordinal))
                {
                    stopped = Stopwatch.GetTimestamp();
                    await stop();
                }
            },
            _folder);

        result.ShouldHaveEndedInPeace();
        result.Output.ShouldContain(reason);
        result.Output.Split("The database of SagaStoreDbContext fails").Length.ShouldBe(2, result.Output);
        Stopwatch.GetElapsedTime(stopped).ShouldBeLessThan(TimeSpan.FromSeconds(30), "busy machines included");
    }

    [Proves("worker-setting-misspelt")]
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

    [Proves("worker-setting-misspelt")]
    [Theory]
    [InlineData("Trasport", "Sagas:Trasport is not known. Did you mean Sagas:Transport?")]
    [InlineData("Zzz", "Sagas:Zzz is not known. Allowed: Api, Bulkhead, CircuitBreaker, ")]
    public async Task Run_SectionOfAnotherName_IsRefused(string section, string message)
    {
        var result = await WorkerProcess.RunAsync(["--set", $"Sagas:{section}:PrefetchCount=3"], _folder);

        result.ExitCode.ShouldBe(ConfigurationError);
        result.Error.ShouldStartWith(message);
        result.Error.TrimEnd().Split('\n').ShouldHaveSingleItem();
    }

    /// <summary>What the libraries read by themselves throws what they like.</summary>
    [Proves("worker-setting-wrong")]
    [Theory]
    [InlineData("Logging__LogLevel__Default", "Nope", "'Nope'")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "bad header", "Headers")]
    public async Task Run_SettingOfALibraryIsWrong_IsOneReadableLine(string variable, string value, string named)
    {
        var environment = new Dictionary<string, string>
        {
            [variable] = value,
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1",
        };

        var result = await WorkerProcess.RunAsync([], _folder, environment);

        result.ExitCode.ShouldBe(ConfigurationError);
        var line = result.Error.TrimEnd().Split('\n').ShouldHaveSingleItem();
        line.ShouldStartWith("The worker cannot start: ");
        line.ShouldContain(named);
        result.Output.ShouldNotContain("   at ");
    }

    [Proves("worker-setting-wrong")]
    [Fact]
    public async Task Run_SettingWithControlCharacters_IsShownWithoutThem()
    {
        var environment = new Dictionary<string, string> { ["Sagas__Steps__Timeout"] = "\u001b[31m\u202ex\r\ny" };

        var result = await WorkerProcess.RunAsync([], _folder, environment);

        result.ExitCode.ShouldBe(ConfigurationError);
        result.Error.ShouldContain("Sagas:Steps:Timeout is ");
        result.Error.ShouldNotContain(x => (char.IsControl(x) || x == '\u202e') && x != '\n');
    }

    [Proves("worker-setting-wrong")]
    [Fact]
    public async Task Run_SettingsOutOfRangeInSeveralSections_AreAllNamed()
    {
        var result = await WorkerProcess.RunAsync(
            [
                "--set", "Sagas:Steps:Timeout=1ms", "--set", "Sagas:Compensation:Retries=101",
                "--set", "Sagas:Transport:StopTimeot=1s", "--set", "Sagas:Api:MaxConnections=many",
            ],
            _folder);

        result.ExitCode.ShouldBe(ConfigurationError);
        result.Error.ShouldContain("Sagas:Steps:Timeout is 1ms. Allowed: 100ms to 30d.");
        result.Error.ShouldContain("Sagas:Compensation:Retries is 101. Allowed: 0 to 100.");
        result.Error.ShouldContain("Sagas:Transport:StopTimeot is not known. Did you mean StopTimeout?");
        result.Error.ShouldContain("Sagas:Api:MaxConnections is \"many\", which is not a whole number.");
        result.Output.ShouldNotContain("   at ");
    }

    [Proves("database-refuses-at-start")]
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

    [Proves("worker-older-than-tables")]
    [Fact]
    public async Task Run_TablesThatNeedANewerWorker_SaysSoAndEnds()
    {
        var database = $"Data Source={Path.Combine(_folder, "sagas.db")};Pooling=False";
        string last;
        await using (var store = await StoreHost.CreateAsync(new Database(database)))
        {
            last = await store.QueryAsync(context => Task.FromResult(context.Database.GetMigrations().Last()));
            await store.AddNewerMigrationAsync("20990101000000_Later", oldestWorker: "20990101000000_Later");
        }

        var result = await WorkerProcess.RunAsync(["--database", database], _folder);

        result.ExitCode.ShouldBe(1);
        result.Error.TrimEnd().Split('\n').ShouldBe(
        [
            "The worker cannot start: A newer worker made these tables: since 20990101000000_Later they need a worker that "
                + $"knows 20990101000000_Later, and the last that this one knows is {last}.",
            "Use the newer version of the worker.",
        ]);
        result.Output.ShouldNotContain("   at ");
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

    [Proves("api-address-in-use")]
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

    private static async Task<SqliteConnection> LockAsync(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await ExecuteAsync(connection, "BEGIN EXCLUSIVE");
        return connection;
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string statement)
    {
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private sealed record Database(string ConnectionString) : ITestDatabase
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
