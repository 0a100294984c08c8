namespace Sagas.Tests.Operations.CommandLine;

public sealed class ShowCommandTests(CommandLineWorker worker) : IClassFixture<CommandLineWorker>
{
    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    public async Task Show_SuspendedSaga_SaysWhyAndWhatToTypeOnTheFirstScreen(int width)
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Stuck, "Suspended");

        var run = await worker.RunAsync(new CommandRun { IsTerminal = true, Width = width }, "show", id.ToString());

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain($"order v1  {id}");
        var text = Flat.Of(run.Output);
        text.ShouldContain("stuck undoing 'reserve-stock' failed: WAREHOUSE_CLOSED: reserve-stock failed");
        text.ShouldContain("turned back 'charge-card' failed: CARD_DECLINED");
        text.ShouldContain("waits for an operator");
        run.Output.ShouldContain($"sagas retry {id} --url {worker.Url} --reason \"…\"");
        run.Output.ShouldContain($"sagas skip {id} --step reserve-stock --url {worker.Url} --reason \"…\"");
        run.Output.ShouldContain($"sagas abort {id} --url {worker.Url} --reason \"…\"");
        run.Lines.Where(x => !x.Contains("sagas ", StringComparison.Ordinal)).ShouldAllBe(x => x.Length <= width);
        run.Lines.Length.ShouldBeLessThan(25, "a screen");
        run.Raw.ShouldContain("\u001b[");
    }

    [Fact]
    public async Task Show_Timeline_HasABarForEachStep()
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Stuck, "Suspended");

        var run = await worker.RunAsync("show", id.ToString());

        run.Raw.ShouldNotContain("\u001b");
        var reserve = run.Lines.Single(x => x.StartsWith("reserve-stock ", StringComparison.Ordinal));
        reserve.ShouldContain("CompensationFailed  1+1");
        reserve.IndexOf('✓', StringComparison.Ordinal).ShouldBeInRange(1, reserve.IndexOf('✗', StringComparison.Ordinal));
        reserve.ShouldContain("!");
        run.Lines.Single(x => x.StartsWith("charge-card ", StringComparison.Ordinal)).ShouldContain("✗");
    }

    [Fact]
    public async Task Show_RunningSaga_SaysWhoseAnswerItWaitsForAndUntilWhen()
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Silent, "Running");
        await Eventually.HoldsAsync(
            "the second step to be sent",
            async () => (await worker.RunAsync("show", id.ToString())).Output.Contains("charge-card", StringComparison.Ordinal)
                && worker.Worker.Commands.Any(x => x.SagaId == id && x.Step == "charge-card"),
            TestContext.Current.CancellationToken);

        var run = await worker.RunAsync("show", id.ToString());

        run.Output.ShouldContain("waits for    the answer to 'charge-card', attempt 1, sent ");
        run.Output.ShouldContain("its outcome counts as");
        run.Output.ShouldContain($"sagas cancel {id}");
    }

    [Fact]
    public async Task Show_EndedSaga_OffersNothing()
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Fine, "Completed");

        var run = await worker.RunAsync("show", id.ToString(), "--history", "--data");

        run.Output.ShouldContain("Completed  2 of 2 steps done  ended ");
        run.Output.ShouldContain("waits for    nothing: it has ended");
        run.Output.ShouldNotContain("What you can do");
        run.Output.ShouldContain("SagaCompleted");
        run.Output.ShouldContain("\"fate\": \"fine\"");
    }

    [Fact]
    public async Task Show_Json_IsTheSagaWithItsHistory()
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Fine, "Completed");

        var run = await worker.RunAsync("show", id.ToString(), "--json");

        run.Json.GetProperty("id").GetGuid().ShouldBe(id);
        run.Json.GetProperty("state").GetString().ShouldBe("Completed");
        run.Json.GetProperty("history")[0].GetProperty("event").GetString().ShouldBe("SagaStarted");
    }

    [Fact]
    public async Task Show_SagaThatIsNotThere_IsRefused()
    {
        var run = await worker.RunAsync("show", "0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldStartWith("SAGA_NOT_FOUND: No saga has the id 0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e.");
        run.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Show_NoId_IsWrongUsage()
    {
        var run = await worker.RunAsync("show", "4711");

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("'4711' is no saga id.");
    }
}
