namespace Sagas.Tests.Operations.CommandLine;

public sealed class ListCommandTests(CommandLineWorker worker) : IClassFixture<CommandLineWorker>
{
    [Fact]
    public async Task List_Piped_HasALineASagaWithItsFailure()
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Stuck, "Suspended");

        var run = await worker.RunAsync("list");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Lines[0].ShouldStartWith("ID ");
        var line = run.Lines.Single(x => x.StartsWith(id.ToString(), StringComparison.Ordinal));
        line.ShouldContain("order v1  Suspended  undo reserve-stock #1");
        line.ShouldEndWith("reserve-stock: WAREHOUSE_CLOSED: reserve-stock failed");
        run.Raw.ShouldNotContain("\u001b");
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    public async Task List_Terminal_FitsAndShowsWhySuspendedSagasAreStuck(int width)
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Stuck, "Suspended");

        var run = await worker.RunAsync(new CommandRun { IsTerminal = true, Width = width }, "list", "--suspended");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Lines.ShouldAllBe(x => x.Length <= width);
        var place = Array.FindIndex(run.Lines, x => x.StartsWith(id.ToString(), StringComparison.Ordinal));
        run.Lines[place + 1].ShouldContain("WAREHOUSE_CLOSED");
        run.Raw.ShouldContain("\u001b[");
    }

    [Fact]
    public async Task List_Filters_AreTheApis()
    {
        var stuck = await worker.StartSagaAsync(CommandLineWorker.Stuck, "Suspended");
        var done = await worker.StartSagaAsync(CommandLineWorker.Fine, "Completed");

        (await worker.RunAsync("list", "--state", "completed")).Output.ShouldContain(done.ToString());
        (await worker.RunAsync("list", "--state", "completed")).Output.ShouldNotContain(stuck.ToString());
        (await worker.RunAsync("list", "--suspended", "--name", "order", "--from", "1h")).Output.ShouldContain(stuck.ToString());
        var none = await worker.RunAsync("list", "--name", "other");
        none.ExitCode.ShouldBe(0);
        none.Output.ShouldBeEmpty();
        none.Error.ShouldContain("No sagas.");
    }

    [Fact]
    public async Task List_MoreThanAPage_SaysHowToGetTheNext()
    {
        await worker.StartSagaAsync(CommandLineWorker.Fine, "Completed");
        await worker.StartSagaAsync(CommandLineWorker.Fine, "Completed");

        var first = await worker.RunAsync("list", "--state", "Completed", "--limit", "1");

        first.Lines.Length.ShouldBe(2);
        first.Error.ShouldStartWith("There are more: sagas list --state Completed --limit 1 --url ");
        var cursor = first.Error.TrimEnd().Split(' ')[^1];
        var second = await worker.RunAsync("list", "--state", "Completed", "--limit", "1", "--cursor", cursor);
        second.ExitCode.ShouldBe(0, second.Error);
        second.Lines[1].ShouldNotBe(first.Lines[1]);
    }

    [Fact]
    public async Task List_Json_IsWhatTheApiAnswers()
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Fine, "Completed");

        var run = await worker.RunAsync("list", "--json", "--sort", "newest");

        run.Json.GetProperty("items").EnumerateArray().Select(x => x.GetProperty("id").GetGuid()).ShouldContain(id);
    }

    [Theory]
    [InlineData("--state", "lost", "'lost' is no state")]
    [InlineData("--limit", "100000", "limit")]
    [InlineData("--from", "yesterday", "no instant")]
    [InlineData("--sort", "size", "size")]
    [InlineData("--cursor", "x", "INVALID_CURSOR")]
    public async Task List_ValuesThatAreNotAllowed_AreWrongUsage(string option, string value, string message)
    {
        var run = await worker.RunAsync("list", option, value);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(message);
        run.Output.ShouldBeEmpty();
    }
}
