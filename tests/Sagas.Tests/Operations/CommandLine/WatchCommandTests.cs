namespace Sagas.Tests.Operations.CommandLine;

public sealed class WatchCommandTests(CommandLineWorker worker) : IClassFixture<CommandLineWorker>
{
    [Fact]
    public async Task Watch_Piped_WritesALineWheneverASagaChanges()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var run = new CommandRun();
        var watching = run.RunUntilAsync(stop.Token, "watch", "--interval", "20ms", "--url", worker.Url);

        var id = await worker.StartSagaAsync(CommandLineWorker.Stuck, "Suspended");
        await Eventually.HoldsAsync(
            "the saga's line",
            () => Task.FromResult(run.Output.Contains($"{id}  order v1  Suspended  undo reserve-stock #1", StringComparison.Ordinal)),
            cancellation);
        await stop.CancelAsync();
        await watching;

        run.ExitCode.ShouldBe(0);
        run.Lines.Count(x => x.Contains(id.ToString(), StringComparison.Ordinal) && x.Contains("Suspended", StringComparison.Ordinal))
            .ShouldBe(1);
        run.Raw.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Watch_Terminal_ShowsATableThatFits()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var id = await worker.StartSagaAsync(CommandLineWorker.Stuck, "Suspended");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var run = new CommandRun { IsTerminal = true, Width = 80 };
        var watching = run.RunUntilAsync(stop.Token, "watch", "--suspended", "--interval", "20ms", "--url", worker.Url);

        await Eventually.HoldsAsync(
            "the table", () => Task.FromResult(run.Output.Contains(id.ToString(), StringComparison.Ordinal)), cancellation);
        await stop.CancelAsync();
        await watching;

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain("Suspended");
        run.Output.Split('\n').ShouldAllBe(x => x.TrimEnd('\r').Split('\r', StringSplitOptions.None).All(part => part.Length <= 80));
    }
}
