using Sagas.Contracts;
using Sagas.Engine;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>Parallel groups: the steps start together, and the saga goes on or turns back when all are over.</summary>
public sealed class GroupEngineTests
{
    [Fact]
    public void Start_Group_SendsEveryStepAndIsDueWhenTheFirstOneIs()
    {
        var run = new EngineRun(Saga([.. Parallel(Step("a"), Step("b") with { Timeout = TimeSpan.FromSeconds(20) })]));

        run.Sent.ShouldBe(["execute a #1 /1", "execute b #1 /1"]);
        run.Saga.DueAt.ShouldBe(run.Now + TimeSpan.FromSeconds(20));
        run.Step("a").DueAt.ShouldBe(run.Now + TimeSpan.FromSeconds(60));
        (run.Saga.CurrentStep, run.Saga.Attempt).ShouldBe(("a", 1));
    }

    [Fact]
    public void Succeed_AllOfTheGroup_StartsTheNextStepWithAllResults()
    {
        var run = Trip();

        run.SucceedAt("hotel", "\"H\"");
        run.Last.Messages.OfType<OutgoingMessage.Command>().ShouldBeEmpty();
        run.Saga.CurrentStep.ShouldBe("flight");
        run.SucceedAt("flight", "\"F\"");

        run.Command.Step.ShouldBe("ticket");
        run.Command.Results.GetRawText().ShouldBe("""{"reserve":"R","hotel":"H","flight":"F"}""");
        run.SucceedToTheEnd().Saga.State.ShouldBe(SagaStatus.Completed);
    }

    [Fact]
    public void Retry_InAGroup_HasTheSameResultsUnderTheSameKey()
    {
        var run = Trip();
        var first = run.CommandOf("flight");

        run.SucceedAt("hotel", "\"H\"").Due();

        run.Command.IdempotencyKey.ShouldBe(first.IdempotencyKey);
        run.Command.Results.GetRawText().ShouldBe(first.Results.GetRawText());
    }

    [Proves("group-step-fails-for-now")]
    [Fact]
    public void Fail_Retryably_PausesThatStepAlone()
    {
        var run = Trip();

        run.FailAt("hotel", retryable: true).Due();

        run.Sent.Last().ShouldBe("execute hotel #2 /2");
        run.Step("flight").Execution.Count.ShouldBe(1);
    }

    [Fact]
    public void Due_SeveralAtOnce_HandlesEach()
    {
        var run = Trip().Due();

        run.Sent.TakeLast(2).ShouldBe(["execute flight #2 /1", "execute hotel #2 /1"]);
    }

    [Fact]
    public void Fail_OneForGood_WaitsForTheOthersAndTurnsBackInReverse()
    {
        var run = Trip().FailAt("flight");

        run.Saga.State.ShouldBe(SagaStatus.Running);
        run.Saga.Failure!.Step.ShouldBe("flight");
        run.SucceedAt("hotel").SucceedToTheEnd();

        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Sent.TakeLast(2).ShouldBe(["compensate hotel #1 /1", "compensate reserve #1 /1"]);
        run.Saga.Failure!.Step.ShouldBe("flight");
        run.EventNames.ShouldBe(
        [
            "SagaStarted", "SagaStepCompleted", "SagaStepFailed", "SagaStepCompleted", "SagaCompensating",
            "SagaStepCompensated", "SagaStepCompensated", "SagaCompensated",
        ]);
    }

    [Proves("group-other-silent")]
    [Fact]
    public void Fail_OneForGoodAndAnotherTimesOut_UndoesWhatIsUnknownWithoutAnotherAttempt()
    {
        var run = Trip().FailAt("flight").Due();

        run.Sent.Last().ShouldBe("compensate hotel #1 /1");
        run.Step("hotel").Execution.Count.ShouldBe(1);
    }

    [Proves("group-other-waits")]
    [Fact]
    public void Fail_OneForGoodWhileAnotherPauses_GivesThatUpAtOnce()
    {
        var run = Trip().FailAt("hotel", retryable: true).FailAt("flight");

        run.HistoryNames.TakeLast(4).ShouldBe(["StepFailed", "StepGivenUp", "SagaCompensating", "StepSent"]);
        run.Sent.Last().ShouldBe("compensate reserve #1 /1");
        run.Events.OfType<SagaStepFailed>().Select(failed => failed.Step).ShouldBe(["flight", "hotel"]);
    }

    [Proves("group-other-put-off")]
    [Fact]
    public void Fail_OneForGoodWhileAnotherIsPutOff_UndoesThat()
    {
        var run = Trip();

        run.PutOff(run.CommandOf("hotel")).FailAt("flight");

        run.Sent.Last().ShouldBe("compensate hotel #1 /1");
    }

    [Proves("group-other-put-off")]
    [Fact]
    public void PutOff_AfterAnotherFailedForGood_UndoesThat()
    {
        var run = Trip().FailAt("flight");

        run.PutOff(run.CommandOf("hotel"));

        run.Sent.Last().ShouldBe("compensate hotel #1 /1");
    }

    [Fact]
    public void Compensate_Group_UndoesOneAfterTheOtherInReverse()
    {
        var run = Trip().SucceedAt("hotel").SucceedAt("flight").Fail();

        run.SucceedToTheEnd();

        run.Sent.TakeLast(3)
            .ShouldBe(["compensate hotel #1 /1", "compensate flight #1 /1", "compensate reserve #1 /1"]);
    }

    [Fact]
    public void LateSuccess_OfTheStepThatFailed_IsUndoneAsWell()
    {
        var run = Trip(retries: 0);
        run.Wait(TimeSpan.FromSeconds(1));
        run.PutOff(run.CommandOf("hotel"), seconds: 200).Due();
        run.Saga.State.ShouldBe(SagaStatus.Compensating);

        run.LateSuccess("flight").SucceedToTheEnd();

        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Sent.ShouldContain("compensate flight #1 /1");
    }

    [Fact]
    public void Cancel_Group_CountsEveryStepInFlightAsUnknown()
    {
        var run = Trip().Cancel().SucceedToTheEnd();

        run.Sent.TakeLast(3)
            .ShouldBe(["compensate hotel #1 /1", "compensate flight #1 /1", "compensate reserve #1 /1"]);
    }

    [Proves("group-fails-past-pivot")]
    [Fact]
    public void Fail_PastThePivot_IsSuspendedWhenTheOthersAreOver()
    {
        var run = PastPivot().FailAt("a");

        run.Saga.State.ShouldBe(SagaStatus.Running);
        run.FailAt("b", retryable: true).Due().SucceedAt("b");

        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Saga.CurrentStep.ShouldBe("a");
        run.Retry().SucceedAt("a").Saga.State.ShouldBe(SagaStatus.Completed);
    }

    [Proves("group-fails-past-pivot")]
    [Fact]
    public void Retry_SeveralStuck_SendsAllOfThem()
    {
        var run = PastPivot().FailAt("a").FailAt("b");
        run.Saga.State.ShouldBe(SagaStatus.Suspended);

        run.Retry();

        run.Sent.TakeLast(2).ShouldBe(["execute a #2 /2", "execute b #2 /2"]);
        run.SucceedAt("b").SucceedAt("a").Saga.State.ShouldBe(SagaStatus.Completed);
    }

    [Proves("group-fails-past-pivot")]
    [Fact]
    public void Skip_SeveralStuck_StopsAtTheNextOne()
    {
        var run = PastPivot().FailAt("a").FailAt("b").Skip();

        (run.Saga.State, run.Saga.CurrentStep).ShouldBe((SagaStatus.Suspended, "b"));
        run.Events.OfType<SagaSuspended>().Select(suspended => suspended.Step).ShouldBe(["a", "b"]);
        run.Skip().Saga.State.ShouldBe(SagaStatus.Completed);
    }

    [Fact]
    public void Abort_SeveralStuck_Ends() =>
        PastPivot().FailAt("a").FailAt("b").Abort().Saga.State.ShouldBe(SagaStatus.Aborted);

    /// <summary>Reserved; flight and hotel are on their way at once, and the ticket comes after them.</summary>
    private static EngineRun Trip(int retries = 2) => new EngineRun(Saga(
        [Step("reserve"), .. Parallel(Step("flight", retries), Step("hotel", retries)), Step("ticket")])).Succeed("\"R\"");

    private static EngineRun PastPivot() =>
        new EngineRun(Saga([Pivot("pay"), .. Parallel(Irreversible("a"), Irreversible("b"))])).Succeed();
}
