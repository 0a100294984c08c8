using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>Once the pivot has succeeded the saga only goes forward; what fails then waits for an operator.</summary>
public sealed class PivotTests
{
    private static readonly SagaDefinition Definition = Saga(Step("a"), Pivot("p"), Step("x"), Step("z"));

    [Proves("participant-fails-past-pivot")]
    [Fact]
    public void Failure_PastThePivot_RetriesUsedUp_SuspendsAndNothingIsUndone()
    {
        var run = PastPivot().Fail(true).Due().Fail(true).Due().Fail(true, "BUSY", "Busy.");

        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Saga.CurrentStep.ShouldBe("x");
        run.Saga.Direction.ShouldBe(StepDirection.Execute);
        run.Step("x").Status.ShouldBe(StepStatus.Failed);
        run.Commands.ShouldAllBe(command => command is ExecuteStep);
        run.EventNames.TakeLast(2).ShouldBe(["SagaStepFailed", "SagaSuspended"]);
        var suspended = run.Events[^1].ShouldBeOfType<SagaSuspended>();
        suspended.Direction.ShouldBe(StepDirection.Execute);
        suspended.Code.ShouldBe("BUSY");
    }

    [Fact]
    public void Failure_PastThePivot_NotRetryable_SuspendsAtOnce()
    {
        PastPivot().Fail().Saga.State.ShouldBe(SagaStatus.Suspended);
    }

    [Fact]
    public void Timeout_PastThePivot_Suspends()
    {
        var run = PastPivot().LoseAll();

        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Step("x").Status.ShouldBe(StepStatus.Unknown);
    }

    [Fact]
    public void Retry_PastThePivot_ExecutesThatStepWithAFullNewSetOfAttempts()
    {
        var run = PastPivot().LoseAll().Retry();

        run.Saga.State.ShouldBe(SagaStatus.Running);
        run.Saga.Failure.ShouldBeNull();
        run.Sent.Last().ShouldBe("execute x #4 /1");
        run.Step("x").EndedAt.ShouldBeNull();
        run.Due().Due().Command.Attempt.ShouldBe(6);
        run.Due().Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Retry().SucceedToTheEnd().Saga.State.ShouldBe(SagaStatus.Completed);
    }

    [Fact]
    public void Skip_PastThePivot_MarksTheStepAndGoesOn()
    {
        var run = PastPivot().Fail().Skip();

        run.Step("x").Status.ShouldBe(StepStatus.Skipped);
        run.Command.Step.ShouldBe("z");
        run.Succeed().Saga.State.ShouldBe(SagaStatus.Completed);
        run.Saga.Results.TryGetProperty("x", out _).ShouldBeFalse();
    }

    [Fact]
    public void Skip_OfTheLastStep_CompletesTheSaga()
    {
        PastPivot().Succeed().Fail().Skip().Saga.State.ShouldBe(SagaStatus.Completed);
    }

    [Fact]
    public void Abort_PastThePivot_EndsTheSaga()
    {
        var run = PastPivot().Fail().Abort();

        run.Saga.State.ShouldBe(SagaStatus.Aborted);
        run.Events[^1].ShouldBeOfType<SagaAborted>();
    }

    [Fact]
    public void Failure_OfThePivot_Definite_UndoesTheStepsBefore()
    {
        var run = new EngineRun(Definition).Succeed().Fail(true).Due().Fail().SucceedToTheEnd();

        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Commands.OfType<CompensateStep>().Select(command => command.Step).ShouldBe(["a"]);
    }

    [Proves("participant-pivot-unknown")]
    [Fact]
    public void Timeout_OfThePivot_RetriesUsedUp_SuspendsBecauseNobodyKnows()
    {
        var run = new EngineRun(Definition).Succeed().LoseAll();

        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Step("p").Status.ShouldBe(StepStatus.Unknown);
        run.Commands.ShouldAllBe(command => command is ExecuteStep);
        var suspended = run.Events[^1].ShouldBeOfType<SagaSuspended>();
        suspended.Code.ShouldBe("PIVOT_OUTCOME_UNKNOWN");
        suspended.Message.ShouldContain("'p'");
        suspended.Message.ShouldContain("STEP_EXECUTION_TIMEOUT");
    }

    [Fact]
    public void Failure_OfThePivot_AfterAnAttemptOfUnknownOutcome_Suspends()
    {
        var run = new EngineRun(Definition).Succeed().Due().Fail();

        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Saga.Failure!.Code.ShouldBe("PIVOT_OUTCOME_UNKNOWN");
    }

    [Fact]
    public void Skip_OfThePivot_CountsAsPassingIt()
    {
        var run = new EngineRun(Definition).Succeed().LoseAll().Skip();

        run.Command.Step.ShouldBe("x");
        CancelTests.AssertRefused(run.Cancel(), RefusalCodes.PastPivot);
        run.Fail().Saga.State.ShouldBe(SagaStatus.Suspended);
    }

    [Proves("operator-late-answer")]
    [Fact]
    public void LateSuccess_OfThePivotWhileSuspended_IsKnownAndRetryGoesOnBehindIt()
    {
        var run = new EngineRun(Definition).Succeed().LoseAll();

        run.LateSuccess("p");

        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Step("p").Status.ShouldBe(StepStatus.Succeeded);
        run.Events[^1].ShouldBeOfType<SagaStepCompleted>();
        run.Retry();
        run.Command.Step.ShouldBe("x");
        run.Command.Results.GetProperty("p").GetString().ShouldBe("late");
    }

    [Fact]
    public void LateSuccess_OfASkippedStep_IsKnownToTheStepsBehind()
    {
        var run = PastPivot().LoseAll().Skip();

        run.LateSuccess("x");

        run.Saga.CurrentStep.ShouldBe("z");
        run.Step("x").Status.ShouldBe(StepStatus.Succeeded);
        run.Events[^1].ShouldBeOfType<SagaStepCompleted>().Step.ShouldBe("x");
        run.Succeed().Saga.State.ShouldBe(SagaStatus.Completed);
    }

    [Fact]
    public void LateSuccess_OfASkippedStepOfACompletedSaga_IsRecordedOnly()
    {
        var run = PastPivot().LoseAll().Skip().Succeed();

        run.LateSuccess("x");

        run.Saga.State.ShouldBe(SagaStatus.Completed);
        run.Step("x").Status.ShouldBe(StepStatus.Skipped);
        run.Last.Messages.ShouldBeEmpty();
        run.Last.History.ShouldHaveSingleItem().Event.ShouldBe("LateSuccess");
    }

    [Fact]
    public void LateSuccess_OfASagaAbortedOnTheWayForward_ReopensNothing()
    {
        // The pivot may have had its effect, or has: nothing may be undone.
        var unknownPivot = new EngineRun(Definition).Succeed().LoseAll().Abort();
        var pastPivot = PastPivot().LoseAll().Abort();

        unknownPivot.LateSuccess("p").Saga.State.ShouldBe(SagaStatus.Aborted);
        pastPivot.LateSuccess("x").Saga.State.ShouldBe(SagaStatus.Aborted);
        pastPivot.Commands.ShouldAllBe(command => command is ExecuteStep);
    }

    [Fact]
    public void LateSuccess_OfAPivotReportedFailed_IsRecordedAndTheSagaStaysUndone()
    {
        // The pivot has no compensation, and the steps before it are undone already: all that is left is to tell.
        var run = new EngineRun(Definition).Succeed().Fail().SucceedToTheEnd();

        run.LateSuccess("p");

        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Step("p").Status.ShouldBe(StepStatus.PassedOver);
        run.Last.Messages.ShouldBeEmpty();
        run.Last.History.Select(record => record.Event).ShouldBe(["LateSuccess", "StepPassedOver"]);
    }

    private static EngineRun PastPivot() => new EngineRun(Definition).Succeed().Succeed();
}
