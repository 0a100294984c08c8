using Sagas.Engine;
using Sagas.Engine.Definitions;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>A saga's own deadline: what has neither ended nor passed its pivot by then turns back.</summary>
public sealed class DeadlineTests
{
    [Fact]
    public void Deadline_StepInFlight_TurnsBackAndUndoesIt()
    {
        var run = Within(30, Step("reserve"), Step("charge")).Succeed();

        run.Saga.DueAt.ShouldBe(EngineRun.Epoch + TimeSpan.FromSeconds(30));
        run.Due();

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.Saga.Failure!.Code.ShouldBe("SAGA_DEADLINE_EXCEEDED");
        run.Saga.Failure.Message.ShouldContain("30s");
        run.HistoryNames.ShouldContain("SagaDeadlinePassed");
        run.SucceedToTheEnd();
        run.Sent.TakeLast(2).ShouldBe(["compensate charge #1 /1", "compensate reserve #1 /1"]);
    }

    [Fact]
    public void Deadline_StepTimesOutFirst_IsTriedAgain()
    {
        var run = Within(100, Step("reserve")).Due();

        run.Sent.Last().ShouldBe("execute reserve #2 /1");
        run.Saga.DueAt.ShouldBe(EngineRun.Epoch + TimeSpan.FromSeconds(100));
    }

    [Proves("deadline-passes")]
    [Fact]
    public void Deadline_PassedBetweenSteps_StartsNoOther()
    {
        var run = Within(30, Step("reserve"), Step("charge")).Wait(TimeSpan.FromSeconds(31));

        run.Succeed();

        run.Sent.Last().ShouldBe("compensate reserve #1 /1");
    }

    [Fact]
    public void Deadline_LastStepSucceedsAfterIt_Completes()
    {
        var run = Within(30, Step("reserve")).Wait(TimeSpan.FromSeconds(31));

        run.Succeed().Saga.State.ShouldBe(SagaStatus.Completed);
    }

    [Proves("deadline-passes-at-pivot")]
    [Fact]
    public void Deadline_PivotInFlight_WaitsForItsAnswer()
    {
        var run = Within(30, Pivot("pay"), Irreversible("ship"));

        run.Saga.DueAt.ShouldBe(EngineRun.Epoch + ExecutionTimeout);
        run.Wait(TimeSpan.FromSeconds(31)).Succeed();

        run.Command.Step.ShouldBe("ship");
        run.Saga.DueAt.ShouldBe(run.Now + ExecutionTimeout);
    }

    [Fact]
    public void Deadline_PivotFailedAndWaits_TurnsBack()
    {
        var run = Within(30, Step("reserve"), Pivot("pay")).Succeed().Wait(TimeSpan.FromSeconds(29.5));

        run.Fail(retryable: true).Due();

        run.Saga.Failure!.Code.ShouldBe("SAGA_DEADLINE_EXCEEDED");
        run.Sent.Last().ShouldBe("compensate reserve #1 /1");
    }

    [Proves("deadline-passes-while-undoing")]
    [Fact]
    public void Deadline_WhileCompensating_MeansNothing()
    {
        var run = Within(30, Step("reserve"), Step("charge")).Succeed().Fail();

        run.Saga.DueAt.ShouldBe(run.Now + CompensationTimeout);
    }

    [Fact]
    public void Deadline_GroupThatWaitsForTheOthers_TurnsBackWithTheFirstFailure()
    {
        var run = Within(30, Parallel(Step("a"), Step("b"))).FailAt("a").Due();

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.Saga.Failure!.Code.ShouldBe("NO");
        run.Sent.Last().ShouldBe("compensate b #1 /1");
    }

    private static EngineRun Within(double seconds, params StepDefinition[] steps) =>
        new(Saga(steps) with { Deadline = TimeSpan.FromSeconds(seconds) });
}
