using Sagas.Contracts;
using Sagas.Engine;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>Rule 7 for sagas that had ended: they are taken up again, and return to the end that they had.</summary>
public sealed class ReopeningTests
{
    [Proves("participant-late-success")]
    [Fact]
    public void LateSuccess_OfACompensatedSaga_ReopensItAndItReturnsToItsState()
    {
        var run = new EngineRun(Order(0)).Succeed().Due().SucceedToTheEnd().Wait(TimeSpan.FromDays(1));

        run.LateSuccess("charge");

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.Saga.EndedAt.ShouldBeNull();
        run.Saga.DueAt.ShouldBe(run.Now + CompensationTimeout);
        run.Command.ShouldBeOfType<CompensateStep>().Step.ShouldBe("charge");
        run.Sent.Last().ShouldBe("compensate charge #2 /2");
        run.Command.Results.GetProperty("charge").GetString().ShouldBe("late");
        run.Last.History.Select(record => record.Event).ShouldBe(["LateSuccess", "SagaReopened", "StepSent"]);

        run.Succeed();

        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Saga.EndedAt.ShouldBe(run.Now);
        run.Saga.Failure!.Code.ShouldBe("STEP_EXECUTION_TIMEOUT");
    }

    [Fact]
    public void LateSuccess_OfACompensatedSaga_ItsEndIsAnnouncedOnce()
    {
        // Listeners heard that the saga was undone, and it is again: what is news is only that the step was undone.
        var run = new EngineRun(Order(0)).Succeed().Due().SucceedToTheEnd();
        var events = run.Events.Count;

        run.LateSuccess("charge").Succeed();

        run.EventNames.Skip(events).ShouldBe(["SagaStepCompensated"]);
        run.HistoryNames.Last().ShouldBe("SagaCompensated");
    }

    [Fact]
    public void LateSuccess_ReopenedSagaThatIsSuspended_AnnouncesItsEndAgain()
    {
        var run = new EngineRun(Order(0)).Succeed().Due().SucceedToTheEnd();
        var events = run.Events.Count;

        run.LateSuccess("charge").Fail().Retry().Succeed();

        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.EventNames.Skip(events).ShouldBe(["SagaSuspended", "SagaStepCompensated", "SagaCompensated"]);
    }

    [Fact]
    public void LateSuccess_OfAnAbortedSaga_UndoesThatStepAloneAndReturnsToAborted()
    {
        var run = new EngineRun(Order(0)).Succeed().Succeed().Due().Succeed().Fail().Abort();
        run.Saga.State.ShouldBe(SagaStatus.Aborted);
        var events = run.Events.Count;

        run.LateSuccess("ship");

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.Sent.Last().ShouldBe("compensate ship #2 /2");
        run.Succeed();
        run.Saga.State.ShouldBe(SagaStatus.Aborted);
        run.Step("reserve").Status.ShouldBe(StepStatus.Succeeded);
        run.EventNames.Skip(events).ShouldBe(["SagaStepCompensated"]);
    }

    [Fact]
    public void LateSuccess_OfTheStepAtWhichAnAbortedSagaStopped_UndoesIt()
    {
        var run = new EngineRun(Order(0)).Succeed().Due().Fail().Abort();

        run.LateSuccess("charge");

        run.Sent.Last().ShouldBe("compensate charge #2 /2");
    }

    [Fact]
    public void LateSuccess_OfAReopenedAbortedSagaThatIsSuspended_IsStillOwedAfterwards()
    {
        var run = new EngineRun(Saga(Step("a", 0), Step("b", 0), Step("c", 0)))
            .Succeed().Due().Fail(true).Abort();
        run.LateSuccess("b").Fail().Retry().Succeed();

        run.Saga.State.ShouldBe(SagaStatus.Aborted);
        run.Saga.HasTurnedBack.ShouldBeTrue();
    }

    [Fact]
    public void LateSuccess_Again_ReopensNothing()
    {
        var run = new EngineRun(Order(0)).Succeed().Due().SucceedToTheEnd();
        run.LateSuccess("charge");
        run.LateSuccess("charge");
        run.Last.History.ShouldHaveSingleItem().Event.ShouldBe("ReplyIgnored");
        run.Succeed();

        run.LateSuccess("charge");

        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Last.History.ShouldHaveSingleItem().Event.ShouldBe("ReplyIgnored");
    }

    [Fact]
    public void LateSuccess_OfAnotherAttemptUnderTheSameKey_ReopensNothing()
    {
        var run = new EngineRun(Order(1)).LoseAll().SucceedToTheEnd();
        run.LateSuccess("reserve", attempt: 1).Succeed();

        run.LateSuccess("reserve", attempt: 2);

        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Last.Messages.ShouldBeEmpty();
    }

    [Fact]
    public void LateSuccess_UnderAnotherKey_ReopensOnceMore()
    {
        // Attempts 1 and 2 had the first key, attempt 3 the second: two effects.
        var run = new EngineRun(Order(2)).Due().Fail(true).Due().Due().SucceedToTheEnd();
        run.LateSuccess("reserve", attempt: 1).Succeed();

        run.LateSuccess("reserve", attempt: 3);

        run.Sent.Skip(3).ShouldBe(["compensate reserve #1 /1", "compensate reserve #2 /2", "compensate reserve #3 /3"]);
    }

    [Fact]
    public void LateSuccess_OfAStepWithoutCompensation_IsKnownAndReopensNothing()
    {
        var run = new EngineRun(Saga(Step("a"), Irreversible("b", 0))).Succeed().Due().SucceedToTheEnd();

        run.LateSuccess("b");

        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Saga.EndedAt.ShouldNotBeNull();
        run.Step("b").Status.ShouldBe(StepStatus.PassedOver);
        run.Saga.Results.GetProperty("b").GetString().ShouldBe("late");
        run.Last.Messages.ShouldBeEmpty();
    }

    [Fact]
    public void LateSuccess_OfAReopenedStepThatFails_SuspendsTheSaga()
    {
        var run = new EngineRun(Order(0)).Succeed().Due().SucceedToTheEnd();

        run.LateSuccess("charge").Fail();

        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Saga.Failure!.Step.ShouldBe("charge");
        run.Saga.Failure.Cause!.Code.ShouldBe("STEP_EXECUTION_TIMEOUT");
    }
}
