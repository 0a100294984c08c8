using Sagas.Contracts;
using Sagas.Worker.Orchestration;
using static Sagas.Tests.Orchestration.TestDefinitions;

namespace Sagas.Tests.Orchestration;

/// <summary>
/// Rule 7: a success that arrives late for a step that was undone while its outcome was unknown reopens the step's
/// compensation once more, under a new key, even if the saga had ended.
/// </summary>
public sealed class LateSuccessTests
{
    [Fact]
    public void LateSuccess_StepNotYetReached_IsKnownAndUndoneInItsTurnOnce()
    {
        // The outcome of "a" is unknown under its first key, known under its second.
        var run = new EngineRun(Saga(Step("a"), Step("b"), Step("c")))
            .Due().Fail(true).Due().Succeed().Succeed().Fail();

        run.LateSuccess("a", attempt: 1);

        run.History[^1].Event.ShouldBe("LateSuccess");
        run.Last.Messages.ShouldBeEmpty();
        run.SucceedToTheEnd();
        run.Sent.Where(sent => sent.StartsWith('c')).ShouldBe(["compensate b #1 /1", "compensate a #1 /1"]);
    }

    [Fact]
    public void LateSuccess_ResultIsKnownToTheCompensation()
    {
        var run = new EngineRun(Order(0)).Succeed().Due();

        run.LateSuccess("charge").Succeed();

        run.Command.Step.ShouldBe("charge");
        run.Command.Results.GetProperty("charge").GetString().ShouldBe("late");
    }

    [Fact]
    public void LateSuccess_WhileTheStepIsBeingUndone_AnotherRunFollowsUnderANewKey()
    {
        var run = new EngineRun(Order(0)).Succeed().Due();

        run.LateSuccess("charge");
        run.Last.Messages.ShouldBeEmpty();
        run.Step("charge").Status.ShouldBe(StepStatus.Compensating);
        run.SucceedToTheEnd();

        run.Sent.Skip(2).ShouldBe(["compensate charge #1 /1", "compensate charge #2 /2", "compensate reserve #1 /1"]);
        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Events.OfType<SagaStepCompensated>().Select(message => (message.Step, message.Attempts))
            .ShouldBe([("charge", 1), ("charge", 1), ("reserve", 1)]);
    }

    [Fact]
    public void LateSuccess_WhileTheCompensationPausesAfterATimeout_TheNextRunDoesNotReuseTheKey()
    {
        var run = new EngineRun(Order(1)).LoseAll().Due();

        run.LateSuccess("reserve").Due().SucceedToTheEnd();

        run.Sent.Skip(2).ShouldBe(["compensate reserve #1 /1", "compensate reserve #2 /1", "compensate reserve #3 /2"]);
    }

    [Fact]
    public void LateSuccess_WhileAnotherStepIsBeingUndone_TheReopenedOneTakesItsTurnNext()
    {
        var run = new EngineRun(Saga(Step("a"), Step("b"), Step("c", 0))).Succeed().Succeed().Due().Succeed();
        run.Saga.CurrentStep.ShouldBe("b");

        run.LateSuccess("c");

        run.Last.Messages.ShouldBeEmpty();
        run.Saga.CurrentStep.ShouldBe("b");
        run.Step("c").Status.ShouldBe(StepStatus.Succeeded);
        run.Step("c").CompensationOwed.ShouldBeTrue();
        run.SucceedToTheEnd();
        run.Sent.Skip(3).ShouldBe(
            ["compensate c #1 /1", "compensate b #1 /1", "compensate c #2 /2", "compensate a #1 /1"]);
    }

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
    public void LateSuccess_OfASuspendedSaga_IsOwedWhenItGoesOn()
    {
        var run = new EngineRun(Order(0)).Succeed().Succeed().Due().Succeed().Fail();
        run.Saga.State.ShouldBe(SagaStatus.Suspended);

        run.LateSuccess("ship");

        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Last.Messages.ShouldBeEmpty();
        run.Retry().SucceedToTheEnd();
        run.Sent.Skip(3).ShouldBe([
            "compensate ship #1 /1", "compensate charge #1 /1", "compensate charge #2 /2", "compensate ship #2 /2",
            "compensate reserve #1 /1"]);
    }

    [Fact]
    public void LateSuccess_OfTheStepAtWhichASuspendedSagaStopped_AnotherRunFollowsTheRetry()
    {
        var run = new EngineRun(Order(0)).Due().Due();
        run.Saga.State.ShouldBe(SagaStatus.Suspended);

        run.LateSuccess("reserve").Retry().SucceedToTheEnd();

        run.Sent.Skip(1).ShouldBe(["compensate reserve #1 /1", "compensate reserve #2 /1", "compensate reserve #3 /2"]);
    }

    [Fact]
    public void Skip_AfterALateSuccess_TheOperatorVouchesForItToo()
    {
        var run = new EngineRun(Order(0)).Due().Due();

        run.LateSuccess("reserve").Skip();

        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Commands.Count.ShouldBe(2);
    }

    [Fact]
    public void LateSuccess_AfterItsCompensationWasSkipped_IsUndone()
    {
        // What the operator vouched for was what was known then.
        var run = new EngineRun(Order(0)).Due().Due().Skip();
        run.Saga.State.ShouldBe(SagaStatus.Compensated);

        run.LateSuccess("reserve");

        run.Sent.Last().ShouldBe("compensate reserve #2 /2");
        run.Succeed().Step("reserve").Status.ShouldBe(StepStatus.Compensated);
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
    public void LateSuccess_OfAnAttemptThatWasReportedFailed_IsUndone()
    {
        // The redelivery of a command may have succeeded after its first delivery failed.
        var run = new EngineRun(Order()).Succeed().Fail().SucceedToTheEnd();
        run.Commands.OfType<CompensateStep>().Select(command => command.Step).ShouldBe(["reserve"]);

        run.LateSuccess("charge");

        run.Command.ShouldBeOfType<CompensateStep>().Step.ShouldBe("charge");
    }

    [Fact]
    public void LateSuccess_OfAnEarlierRunOfTheCompensation_DoesNotCount()
    {
        // The first run was skipped; its late answer says nothing of the effect that came after it.
        var run = new EngineRun(Order(0)).Due().Due().Skip();
        run.LateSuccess("reserve");

        run.LateSuccess("reserve", StepDirection.Compensate, attempt: 1);

        run.Last.History.ShouldHaveSingleItem().Event.ShouldBe("ReplyIgnored");
        run.Saga.State.ShouldBe(SagaStatus.Compensating);
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
