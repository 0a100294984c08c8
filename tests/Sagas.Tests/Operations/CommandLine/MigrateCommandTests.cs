using System.Net;
using System.Net.Sockets;

namespace Sagas.Tests.Operations.CommandLine;

[Trait("Pace", "Slow")]
public sealed class MigrateCommandTests : IDisposable
{
    private const string NobodyListens = "Host=127.0.0.1;Port=1;Database=sagas;Username=me;Password=hush";

    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-migrate-").FullName;

    private string Database => $"Data Source={Path.Combine(_folder, "sagas.db")};Pooling=False";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Migrate_NoTables_MakesThemAndSaysSo_ThenThereIsNothingToDo()
    {
        var first = await CommandRun.PipedAsync("migrate", "--database", Database);
        var second = await CommandRun.PipedAsync("migrate", "--database", Database);
        var third = await CommandRun.PipedAsync("migrate", "--database", Database, "--json");

        first.ExitCode.ShouldBe(0);
        first.Lines[0].ShouldBe("applied 20260101000000_Initial");
        first.Lines[^1].ShouldBe($"The tables of {_folder}/sagas.db are up to date.");
        second.ExitCode.ShouldBe(0);
        second.Lines.ShouldHaveSingleItem().ShouldEndWith("are up to date: there was nothing to do.");
        third.Json.GetProperty("applied").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Migrate_DatabaseThatDoesNotAnswer_GivesUpAndSaysWhyWithoutThePassword()
    {
        var run = await CommandRun.PipedAsync("migrate", "--database", NobodyListens, "--wait", "5s");

        run.ExitCode.ShouldBe(4);
        run.Error.ShouldContain("Waiting for the database at 127.0.0.1:1/sagas: ");
        run.Error.ShouldContain("The database 127.0.0.1:1/sagas was not ready within 5");
        (run.Output + run.Error).ShouldNotContain("hush");
    }

    /// <summary>The connection is made, and nothing comes over it: the connect timeout.</summary>
    [Proves("database-silent-on-connect")]
    [Fact]
    public async Task Migrate_DatabaseThatSaysNothing_GivesUpEachTryAfterTheConnectTimeoutAndSaysSo()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;

        var run = await CommandRun.PipedAsync(
            "migrate", "--database", $"Host=127.0.0.1;Port={port};Username=me;Timeout=1", "--wait", "5s");

        run.ExitCode.ShouldBe(4);
        run.Error.ShouldContain($"Waiting for the database at 127.0.0.1:{port}/me: ");
        run.Error.ShouldContain("Timeout during reading attempt");
    }

    [Theory]
    [InlineData("nonsense", "ConnectionStrings:Sagas: ")]
    [InlineData("Data Source=:memory:", "in memory")]
    public async Task Migrate_ConnectionStringThatIsNone_IsWrongUsage(string text, string message)
    {
        var run = await CommandRun.PipedAsync("migrate", "--database", text);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(message);
    }

    [Fact]
    public async Task Migrate_FileThatIsNoDatabase_IsSaid()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "sagas.db"), new string('x', 5_000), TestContext.Current.CancellationToken);

        var run = await CommandRun.PipedAsync("migrate", "--database", Database);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("is no SQLite database");
    }

    [Fact]
    public async Task Migrate_WaitThatIsNoDuration_IsWrongUsage()
    {
        var run = await CommandRun.PipedAsync("migrate", "--wait", "soon");

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("--wait takes a number and a unit");
    }
}
