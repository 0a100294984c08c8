namespace Sagas.Tests.Operations.CommandLine;

public sealed class DefinitionsCommandTests : IClassFixture<CommandLineWorker>
{
    private readonly CommandLineWorker _worker;

    public DefinitionsCommandTests(CommandLineWorker worker) => _worker = worker;

    [Fact]
    public async Task Withdraw_ThenRestore_SaysWhatAStartTakesAndTheListShowsIt()
    {
        var withdrawn = await _worker.RunAsync("definitions", "withdraw", "order", "v1", "--reason", "charges twice");
        var list = await _worker.RunAsync("definitions");
        var restored = await _worker.RunAsync("definitions", "restore", "order", "1", "--reason", "mended");
        var listAfter = await _worker.RunAsync("definitions");

        withdrawn.ExitCode.ShouldBe(0, withdrawn.Error);
        withdrawn.Lines.ShouldHaveSingleItem().ShouldBe(
            "order v1: no saga starts on it any more, and those that run on it go on. "
                + "No version is left that a saga starts on.");
        list.Lines[0].ShouldStartWith("SAGA ");
        list.Lines[1].ShouldContain("withdrawn");
        list.Lines[1].ShouldContain("since ");
        restored.Lines.ShouldHaveSingleItem().ShouldBe("order v1: sagas start on it. A start without a version takes v1.");
        listAfter.Lines[1].ShouldNotContain("withdrawn");
    }

    [Fact]
    public async Task Definitions_Json_AreThoseOfTheApi()
    {
        var run = await _worker.RunAsync("definitions", "--json");

        run.Json.EnumerateArray().ShouldHaveSingleItem().GetProperty("name").GetString().ShouldBe("order");
    }

    [Theory]
    [InlineData(1, "DEFINITION_NOT_FOUND: ", "definitions", "withdraw", "order", "7", "--reason", "x")]
    [InlineData(2, "'two' is no version. It is a whole number from 1 on", "definitions", "withdraw", "order", "two", "--reason", "x")]
    [InlineData(2, "--reason is empty: say why.", "definitions", "restore", "order", "1", "--reason", " ")]
    [InlineData(2, "Option '--reason' is required.", "definitions", "restore", "order", "1")]
    public async Task Withdraw_CannotBeDone_SaysWhy(int exitCode, string error, params string[] arguments)
    {
        var run = await _worker.RunAsync(arguments);

        run.ExitCode.ShouldBe(exitCode);
        run.Error.ShouldContain(error);
    }
}
