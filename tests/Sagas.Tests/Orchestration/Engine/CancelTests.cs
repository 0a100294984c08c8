using Sagas.Contracts;
using Sagas.Engine;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>Rule 9: cancelling a running saga starts compensation; past the pivot it is refused.</summary>
public sealed class CancelTests
{
    [Fact]
    public void Cancel_StepInFlight_CountsAsUnknownAndIsUndoneFirst()
    {
        var run = new EngineRun(Order()).Succeed().Cancel();

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.Step("charge").Execution.Attempts.ShouldHaveSingleItem().Outcome.ShouldBe(AttemptOutcome.Unknown);
        run.SucceedToTheEnd();
        run.Commands.OfType<CompensateStep>().Select(command => command.Step).ShouldBe(["charge", "reserve"]);
    }

    [Fact]
    public void Cancel_PauseAfterDefiniteFailures_TheStepNeedsNoCompensation()
    {
        var run = new EngineRun(Order()).Succeed().Fail(retryable: true).Cancel();

        run.Step("charge").Status.ShouldBe(StepStatus.Failed);
        run.Command.ShouldBeOfType<CompensateStep>().Step.ShouldBe("reserve");
    }

    [Fact]
    public void Cancel_PauseAfterAnUnknownOutcome_TheStepIsUndone()
    {
        var run = new EngineRun(Order()).Succeed().Due().Fail(retryable: true).Cancel();

        run.Command.ShouldBeOfType<CompensateStep>().Step.ShouldBe("charge");
    }

    [Fact]
    public void Cancel_Running_EventAndFailureSayCancelledAndHistorySaysByWhom()
    {
        var run = new EngineRun(Order()).Succeed().Cancel();

        run.Events[^1].ShouldBeOfType<SagaCompensating>().Code.ShouldBe("CANCELLED");
        run.EventNames.ShouldNotContain("SagaStepFailed");
        run.Saga.Failure.ShouldBe(
            new SagaFailure("charge", StepDirection.Execute, "CANCELLED", "Cancelled by ann: Changed."));
        run.Last.History[0].Event.ShouldBe("SagaCancelled");
        run.Last.History[0].Detail!.Operator.ShouldBe("ann");
        run.Last.History[0].Detail!.Reason.ShouldBe("Changed.");
    }

    [Fact]
    public void Cancel_ThenTheStepSucceeds_ItIsUndoneOnceMore()
    {
        var run = new EngineRun(Order()).Cancel();

        run.LateSuccess("reserve").SucceedToTheEnd();

        run.Sent.Skip(1).ShouldBe(["compensate reserve #1 /1", "compensate reserve #2 /2"]);
    }

    [Proves("operator-cancel-past-pivot")]
    [Fact]
    public void Cancel_PastThePivot_IsRefused()
    {
        var run = new EngineRun(Saga(Step("a"), Pivot("p"), Step("z"))).Succeed().Succeed();

        AssertRefused(run.Cancel(), RefusalCodes.PastPivot);
    }

    [Proves("operator-cancel-past-pivot")]
    [Fact]
    public void Cancel_PivotInFlight_IsRefused()
    {
        var run = new EngineRun(Saga(Step("a"), Pivot("p"))).Succeed();

        AssertRefused(run.Cancel(), RefusalCodes.PastPivot);
    }

    [Fact]
    public void Cancel_PivotWithAnAttemptOfUnknownOutcome_IsRefusedAlsoWhileItPauses()
    {
        var run = new EngineRun(Saga(Step("a"), Pivot("p"))).Succeed().Due().Fail(retryable: true);

        AssertRefused(run.Cancel(), RefusalCodes.PastPivot);
    }

    [Fact]
    public void Cancel_PivotThatFailedDefinitelyWhileItPauses_TurnsBack()
    {
        var run = new EngineRun(Saga(Step("a"), Pivot("p"))).Succeed().Fail(retryable: true).Cancel();

        run.Command.ShouldBeOfType<CompensateStep>().Step.ShouldBe("a");
    }

    [Fact]
    public void Cancel_BeforeThePivot_TurnsBack()
    {
        var run = new EngineRun(Saga(Step("a"), Pivot("p"))).Cancel();

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
    }

    [Proves("operator-wrong-state")]
    [Fact]
    public void Cancel_NotRunning_IsRefused()
    {
        AssertRefused(new EngineRun(Order()).SucceedToTheEnd().Cancel(), RefusalCodes.InvalidState);
        AssertRefused(new EngineRun(Order()).Succeed().Fail().Cancel(), RefusalCodes.InvalidState);
        AssertRefused(new EngineRun(Order()).Succeed().Fail().Fail().Cancel(), RefusalCodes.InvalidState);
        AssertRefused(new EngineRun(Order()).Fail().Cancel(), RefusalCodes.InvalidState);
    }

    internal static void AssertRefused(EngineRun run, string code)
    {
        run.Last.Refusal.ShouldNotBeNull().Code.ShouldBe(code);
        run.Last.Refusal.Message.ShouldNotBeNullOrEmpty();
        run.Last.Messages.ShouldBeEmpty();
        run.Last.History.ShouldBeEmpty();
    }
}
