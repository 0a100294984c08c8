using Sagas.Contracts;
using Sagas.Engine;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

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
}
