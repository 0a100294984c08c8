namespace Sagas.Tests.Operations.CommandLine;

public sealed class StartCommandTests(CommandLineWorker worker) : IClassFixture<CommandLineWorker>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Start_File_StartsASagaAndWritesItsId()
    {
        var run = await worker.RunAsync("start", "order", "--input", Write("input.json", CommandLineWorker.Fine));

        run.ExitCode.ShouldBe(0, run.Error);
        var id = Guid.Parse(run.Lines.ShouldHaveSingleItem());
        await worker.Worker.UntilStateAsync(id, "Completed", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Start_SameKey_IsOneSaga()
    {
        string[] command = ["start", "order", "--input", "-", "--idempotency-key", $"key-{Guid.NewGuid()}"];

        var first = await worker.RunAsync(new CommandRun { Input = CommandLineWorker.Fine }, command);
        var second = await worker.RunAsync(new CommandRun { Input = CommandLineWorker.Fine, IsTerminal = true }, command);
        var other = await worker.RunAsync(new CommandRun { Input = CommandLineWorker.Stuck }, command);

        second.Lines[0].ShouldBe(first.Lines[0]);
        second.Output.ShouldContain("It had been started under this key before.");
        other.ExitCode.ShouldBe(1);
        other.Error.ShouldStartWith("IDEMPOTENCY_CONFLICT: ");
    }

    [Fact]
    public async Task Start_Json_IsWhatTheApiAnswers()
    {
        var run = await worker.RunAsync(new CommandRun { Input = CommandLineWorker.Fine }, "start", "order", "--input", "-", "--json");

        run.Json.GetProperty("id").GetGuid().ShouldNotBe(Guid.Empty);
        run.Json.GetProperty("name").GetString().ShouldBe("order");
    }

    [Theory]
    [InlineData("{", 2, "Standard input is not JSON")]
    [InlineData("", 2, "Standard input is not JSON")]
    [InlineData("[]", 1, "INVALID_INPUT: ")]
    public async Task Start_InputThatIsWrong_IsRefused(string input, int exitCode, string message)
    {
        var run = await worker.RunAsync(new CommandRun { Input = input }, "start", "order", "--input", "-");

        run.ExitCode.ShouldBe(exitCode);
        run.Error.ShouldStartWith(message);
    }

    [Fact]
    public async Task Start_DefinitionThatIsNotLoaded_IsRefused()
    {
        var run = await worker.RunAsync(new CommandRun { Input = "{}" }, "start", "nothing", "--input", "-");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldStartWith("UNKNOWN_SAGA: ");
    }

    [Fact]
    public async Task Start_FileThatIsNotThere_IsWrongUsage()
    {
        var run = await worker.RunAsync("start", "order", "--input", Path.Combine(_folder, "no.json"));

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("no.json");
    }

    [Fact]
    public async Task Start_WorkerThatDoesNotAnswer_SaysHowToRepeatItSafely()
    {
        var run = await new CommandRun { Input = "{}" }.RunAsync(
            "start", "order", "--input", "-", "--idempotency-key", "mine", "--url", "http://127.0.0.1:1");

        run.ExitCode.ShouldBe(4);
        run.Error.ShouldContain("The same command with --idempotency-key mine starts it once at most.");
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
