namespace Sagas.Tests.Operations.CommandLine;

public sealed class OperatorCommandTests(CommandLineWorker worker) : IClassFixture<CommandLineWorker>
{
    private const string Nobody = "0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e";

    [Fact]
    public async Task Skip_SuspendedSaga_GoesOnBehindTheStepAndTheHistorySaysWhoAndWhy()
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Stuck, "Suspended");

        var run = await worker.RunAsync("skip", id.ToString(), "--reason", "undone by hand");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Lines.ShouldHaveSingleItem().ShouldContain("'reserve-stock' was skipped");
        await worker.Worker.UntilStateAsync(id, "Compensated", TestContext.Current.CancellationToken);
        var history = await worker.RunAsync("show", id.ToString(), "--history");
        history.Output.ShouldContain($"operator {Environment.UserName}@{Environment.MachineName}");
        history.Output.ShouldContain("reason undone by hand");
    }

    [Fact]
    public async Task Skip_AnotherStepThanTheOneItStoppedAt_IsRefused()
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Stuck, "Suspended");

        var run = await worker.RunAsync("skip", id.ToString(), "--step", "charge-card", "--reason", "x");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldStartWith("INVALID_STATE: ");
        run.Error.ShouldContain("is suspended at step 'reserve-stock'");
    }

    [Fact]
    public async Task Retry_SuspendedSaga_TriesTheStepAgain()
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Stuck, "Suspended");
        var before = worker.Worker.Commands.Count(x => x.SagaId == id);

        var run = await worker.RunAsync("retry", id.ToString(), "--reason", "the warehouse is open again", "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Json.GetProperty("id").GetGuid().ShouldBe(id);
        run.Json.GetProperty("state").GetString().ShouldBe("Compensating");
        await Eventually.HoldsAsync(
            "another attempt",
            () => Task.FromResult(worker.Worker.Commands.Count(x => x.SagaId == id) > before),
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Abort_SuspendedSaga_EndsItAndShowSaysWhoDid()
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Stuck, "Suspended");

        var run = await worker.RunAsync("abort", id.ToString(), "--reason", "settled by phone");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("is Aborted");
        (await worker.RunAsync("show", id.ToString())).Output.ShouldContain("settled by phone");
    }

    [Fact]
    public async Task Cancel_RunningSaga_TurnsItBack()
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Silent, "Running");

        var run = await worker.RunAsync("cancel", id.ToString(), "--reason", "the customer called");

        run.ExitCode.ShouldBe(0, run.Error);
        await worker.Worker.UntilStateAsync(id, "Compensated", TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("retry")]
    [InlineData("skip")]
    [InlineData("cancel")]
    [InlineData("abort")]
    public async Task Command_WhatIsMissingOrWrong_IsToldByExitCode(string verb)
    {
        var ended = await worker.StartSagaAsync(CommandLineWorker.Fine, "Completed");

        var noReason = await worker.RunAsync(verb, Nobody);
        var blank = await worker.RunAsync(verb, Nobody, "--reason", "  ");
        var noId = await worker.RunAsync(verb, "x", "--reason", "y");
        var unknown = await worker.RunAsync(verb, Nobody, "--reason", "y");
        var tooLate = await worker.RunAsync(verb, ended.ToString(), "--reason", "y");

        noReason.ExitCode.ShouldBe(2);
        noReason.Error.ShouldContain("--reason");
        blank.ExitCode.ShouldBe(2);
        blank.Error.ShouldContain("say why");
        noId.ExitCode.ShouldBe(2);
        unknown.ExitCode.ShouldBe(1);
        unknown.Error.ShouldStartWith("SAGA_NOT_FOUND: ");
        tooLate.ExitCode.ShouldBe(1);
        tooLate.Error.ShouldStartWith("INVALID_STATE: ");
    }
}
