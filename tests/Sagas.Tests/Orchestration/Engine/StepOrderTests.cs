using System.Text.Json;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>Rule 1: steps run in order, and what is in flight is in the state before the command leaves.</summary>
public sealed class StepOrderTests
{
    [Fact]
    public void Start_FirstStep_StateNamesWhatIsInFlightAndByWhenTheAnswerIsDue()
    {
        var run = new EngineRun(Order());

        run.Saga.State.ShouldBe(SagaStatus.Running);
        run.Saga.CurrentStep.ShouldBe("reserve");
        run.Saga.Direction.ShouldBe(StepDirection.Execute);
        run.Saga.Attempt.ShouldBe(1);
        run.Saga.DueAt.ShouldBe(EngineRun.Epoch + ExecutionTimeout);
        run.Step("reserve").Status.ShouldBe(StepStatus.Running);
        run.Step("reserve").Order.ShouldBe(1);
        run.Step("charge").Status.ShouldBe(StepStatus.Pending);
        run.Step("charge").Order.ShouldBeNull();
    }

    [Fact]
    public void Start_FirstStep_CommandCarriesAllThatTheParticipantNeeds()
    {
        var run = new EngineRun(Order(), """{"order":17}""");

        var sent = run.Last.Messages.OfType<OutgoingMessage.Command>().ShouldHaveSingleItem();
        sent.Participant.ShouldBe(new QueueParticipant("reserve-service"));
        var command = sent.Message.ShouldBeOfType<ExecuteStep>();
        command.SagaId.ShouldBe(run.Saga.SagaId);
        command.SagaName.ShouldBe("order");
        command.SagaVersion.ShouldBe(3);
        command.Step.ShouldBe("reserve");
        command.Attempt.ShouldBe(1);
        command.IdempotencyKey.ShouldBe($"{run.Saga.SagaId}/reserve/execute/1");
        command.Input.GetRawText().ShouldBe("""{"order":17}""");
        command.Results.GetRawText().ShouldBe("{}");
        command.Deadline.ShouldBe(run.Saga.DueAt!.Value);
    }

    [Fact]
    public void Start_NoInput_InputIsAnEmptyObject()
    {
        var transition = SagaEngine.Start(Order(), Guid.NewGuid(), default, EngineRun.Epoch, () => 0, EngineLimits.Default);

        transition.Saga.Input.GetRawText().ShouldBe("{}");
    }

    [Fact]
    public void Start_DefinitionWithoutSteps_CompletesAtOnce()
    {
        var run = new EngineRun(Saga());

        run.Saga.State.ShouldBe(SagaStatus.Completed);
        run.EventNames.ShouldBe(["SagaStarted", "SagaCompleted"]);
    }

    [Fact]
    public void Handle_Successes_StepsRunInTheDefinitionsOrderOneAtATime()
    {
        var run = new EngineRun(Order()).SucceedToTheEnd();

        run.Sent.ShouldBe(["execute reserve #1 /1", "execute charge #1 /1", "execute ship #1 /1"]);
        run.Saga.Steps.Select(step => step.Order).ShouldBe([1, 2, 3]);
        run.Saga.Steps.ShouldAllBe(step => step.Status == StepStatus.Succeeded);
    }

    [Fact]
    public void Handle_LastSuccess_SagaIsCompletedAndNothingIsInHand()
    {
        var run = new EngineRun(Order()).Succeed().Succeed().Wait(TimeSpan.FromSeconds(5)).Succeed();

        run.Saga.State.ShouldBe(SagaStatus.Completed);
        run.Saga.CurrentStep.ShouldBeNull();
        run.Saga.Direction.ShouldBeNull();
        run.Saga.Attempt.ShouldBe(0);
        run.Saga.DueAt.ShouldBeNull();
        run.Saga.EndedAt.ShouldBe(run.Now);
        run.Saga.UpdatedAt.ShouldBe(run.Now);
        run.Saga.StartedAt.ShouldBe(EngineRun.Epoch);
    }

    [Fact]
    public void Handle_Success_ResultIsKnownToTheStepsBehind()
    {
        var run = new EngineRun(Order()).Succeed("""{"number":"Ä7"}""").Succeed();

        run.Command.Results.GetRawText().ShouldBe("""{"reserve":{"number":"Ä7"},"charge":null}""");
    }

    [Fact]
    public void Handle_SagaThatCompletes_EventsTellItsLife()
    {
        var run = new EngineRun(Saga(Step("reserve"))).Succeed("7");

        run.EventNames.ShouldBe(["SagaStarted", "SagaStepCompleted", "SagaCompleted"]);
        var completed = run.Events[1].ShouldBeOfType<SagaStepCompleted>();
        completed.Step.ShouldBe("reserve");
        completed.Attempts.ShouldBe(1);
        completed.Result!.Value.GetInt32().ShouldBe(7);
        completed.OccurredAt.ShouldBe(run.Now);
        run.Events[2].ShouldBeOfType<SagaCompleted>().Results.GetRawText().ShouldBe("""{"reserve":7}""");
    }

    [Fact]
    public void Handle_SagaThatCompletes_HistoryTellsItsLife()
    {
        var run = new EngineRun(Saga(Step("reserve"))).Succeed();

        run.HistoryNames.ShouldBe(["SagaStarted", "StepSent", "StepSucceeded", "SagaCompleted"]);
        run.History[1].Step.ShouldBe("reserve");
        run.History[1].Direction.ShouldBe(StepDirection.Execute);
        run.History[1].Attempt.ShouldBe(1);
        run.History[1].Detail!.IdempotencyKey.ShouldBe(run.Command.IdempotencyKey);
        run.History[1].Detail!.Deadline.ShouldBe(run.Command.Deadline);
    }

    [Fact]
    public void Handle_InstantFinerThanTheDatabaseKeeps_IsCutToMicroseconds()
    {
        var definition = Order();
        var now = EngineRun.Epoch.AddTicks(12_345_678).ToOffset(TimeSpan.FromHours(2));

        var transition = SagaEngine.Start(definition, Guid.NewGuid(), JsonElement.Parse("{}"), now, () => 0, EngineLimits.Default);

        transition.Saga.StartedAt.ShouldBe(EngineRun.Epoch.AddTicks(12_345_670));
        transition.Saga.StartedAt.Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Handle_SagaOfAnotherDefinition_Throws()
    {
        var run = new EngineRun(Order());

        Should.Throw<ArgumentException>(() => SagaEngine.Handle(
            Order() with { Version = 4 }, run.Saga, new SagaInput.Due(), run.Now, () => 0, EngineLimits.Default))
            .Message.ShouldContain("version 3");
    }
}
