using Sagas.Contracts;

namespace Sagas.Tests.Orchestration;

/// <summary>What operators do to a saga, on its real store: done, and recorded with who and why.</summary>
public sealed class OperatorMachineTests
{
    private const string Definition = """
        {
          "name": "trip", "version": 1,
          "steps": [
            { "name": "book-hotel", "queue": "participants", "compensation": { "retry": { "retries": 0 } } },
            { "name": "book-flight", "queue": "participants", "compensation": { "retry": { "retries": 0 } } },
            { "name": "pay", "queue": "participants", "pivot": true, "retry": { "retries": 0 } },
            { "name": "send-ticket", "queue": "participants", "retry": { "retries": 0 } }
          ]
        }
        """;

    private const string Why = "the customer has called";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("operator-cancel-in-flight")]
    [Fact]
    public async Task Cancel_StepInFlight_UndoesItAndWhatWasDoneAndRecordsWhoAndWhy()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct, x =>
            x is ExecuteStep { Step: "book-flight" } ? null : EmbeddedWorker.Succeed(x));
        var saga = await worker.StartSagaAsync("trip", Ct);
        await UntilSentAsync(worker, "book-flight");

        var answer = await worker.AskAsync<CancelSaga, CommandAccepted>(
            new CancelSaga { SagaId = saga, Operator = "ann", Reason = Why }, Ct);

        answer.ShouldBeOfType<CommandAccepted>().State.ShouldBe("Compensating");
        await worker.UntilStateAsync(saga, "Compensated", Ct);
        worker.Commands.OfType<CompensateStep>().Select(x => x.Step).ShouldBe(["book-flight", "book-hotel"]);
        (await worker.ScalarAsync("select failure ->> 'code' from saga_state")).ShouldBe("CANCELLED");
        await ShouldBeRecordedAsync(worker, "SagaCancelled", "book-flight");
    }

    [Proves("operator-cancel-past-pivot")]
    [Theory]
    [InlineData("pay")]
    [InlineData("send-ticket")]
    public async Task Cancel_PivotInFlightOrBehindIt_IsRefusedAndTheSagaGoesOn(string inFlight)
    {
        await using var worker = await EmbeddedWorker.StartAsync(
            Definition, Ct, x => x.Step == inFlight ? null : EmbeddedWorker.Succeed(x));
        var saga = await worker.StartSagaAsync("trip", Ct);
        await UntilSentAsync(worker, inFlight);

        var answer = await worker.AskAsync<CancelSaga, CommandAccepted>(
            new CancelSaga { SagaId = saga, Operator = "ann", Reason = Why }, Ct);

        answer.ShouldBeOfType<RequestRefused>().Code.ShouldBe(RefusalCodes.PastPivot);
        worker.Answer = EmbeddedWorker.Succeed;
        await worker.SendAsync(
            (StepSucceeded)EmbeddedWorker.Succeed(worker.Commands.Single(x => x.Step == inFlight)), Ct);
        await worker.UntilStateAsync(saga, "Completed", Ct);
        worker.Commands.OfType<CompensateStep>().ShouldBeEmpty();
    }

    [Proves("operator-undo-impossible")]
    [Fact]
    public async Task Skip_CompensationThatFails_GoesOnBehindItAndRecordsWhoAndWhy()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct, Failing);
        var saga = await SuspendedAsync(worker);

        var answer = await worker.AskAsync<SkipStep, CommandAccepted>(
            new SkipStep { SagaId = saga, Step = "book-flight", Operator = "ann", Reason = Why }, Ct);

        answer.ShouldBeOfType<CommandAccepted>().State.ShouldBe("Compensating");
        await worker.UntilStateAsync(saga, "Compensated", Ct);
        worker.Commands.OfType<CompensateStep>().Select(x => x.Step).ShouldBe(["book-flight", "book-hotel"]);
        (await worker.ScalarAsync("select status from saga_step where step = 'book-flight'"))
            .ShouldBe("CompensationSkipped");
        await ShouldBeRecordedAsync(worker, "StepSkipped", "book-flight");
    }

    [Proves("operator-undo-impossible")]
    [Fact]
    public async Task Retry_CompensationThatFails_GoesOnAtItAndRecordsWhoAndWhy()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct, Failing);
        var saga = await SuspendedAsync(worker);
        worker.Answer = EmbeddedWorker.Succeed;

        var answer = await worker.AskAsync<RetrySaga, CommandAccepted>(
            new RetrySaga { SagaId = saga, Operator = "ann", Reason = Why }, Ct);

        answer.ShouldBeOfType<CommandAccepted>().State.ShouldBe("Compensating");
        await worker.UntilStateAsync(saga, "Compensated", Ct);
        worker.Commands.OfType<CompensateStep>().Select(x => (x.Step, x.Attempt)).ShouldBe(
            [("book-flight", 1), ("book-flight", 2), ("book-hotel", 1)]);
        await ShouldBeRecordedAsync(worker, "SagaRetried", "book-flight");
    }

    [Proves("operator-undo-impossible")]
    [Fact]
    public async Task Abort_CompensationThatFails_EndsTheSagaAndRecordsWhoAndWhy()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct, Failing);
        var saga = await SuspendedAsync(worker);

        var answer = await worker.AskAsync<AbortSaga, CommandAccepted>(
            new AbortSaga { SagaId = saga, Operator = "ann", Reason = Why }, Ct);

        answer.ShouldBeOfType<CommandAccepted>().State.ShouldBe("Aborted");
        await worker.UntilStateAsync(saga, "Aborted", Ct);
        worker.Commands.OfType<CompensateStep>().Select(x => x.Step).ShouldBe(["book-flight"]);
        await ShouldBeRecordedAsync(worker, "SagaAborted", null);
    }

    /// <summary>The pivot refuses, and the flight cannot be undone.</summary>
    private static object Failing(IStepCommand command) => command switch
    {
        { Step: "pay" } => EmbeddedWorker.Fail(command, "NO_MONEY"),
        CompensateStep { Step: "book-flight" } => EmbeddedWorker.Fail(command, "DOWN", retryable: true),
        _ => EmbeddedWorker.Succeed(command),
    };

    private static async Task<Guid> SuspendedAsync(EmbeddedWorker worker)
    {
        var saga = await worker.StartSagaAsync("trip", Ct);
        await worker.UntilStateAsync(saga, "Suspended", Ct);
        return saga;
    }

    private static Task UntilSentAsync(EmbeddedWorker worker, string step) => Eventually.HoldsAsync(
        $"the command of {step}", () => Task.FromResult(worker.Commands.Any(x => x.Step == step)), Ct);

    private static async Task ShouldBeRecordedAsync(EmbeddedWorker worker, string historyEvent, string? step)
    {
        var rows = await worker.RowsAsync(
            "select event, step from saga_history "
            + $"where detail ->> 'operator' = 'ann (unverified)' and detail ->> 'reason' = '{Why}'");
        rows.ShouldHaveSingleItem().ShouldBe([historyEvent, (object?)step ?? DBNull.Value]);
    }
}
