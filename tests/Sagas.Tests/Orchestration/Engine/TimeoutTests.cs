using Sagas.Contracts;
using Sagas.Engine;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>
/// Rule 4: no answer in time leaves the outcome unknown; the command is sent again, or compensation starts.
/// </summary>
public sealed class TimeoutTests
{
    [Proves("participant-silent")]
    [Fact]
    public void Due_NoAnswerAndAttemptsLeft_SendsAgainAtOnceWithTheSameKey()
    {
        var run = new EngineRun(Order());
        var first = run.Command;

        run.Due();

        run.Now.ShouldBe(EngineRun.Epoch + ExecutionTimeout);
        run.Command.Attempt.ShouldBe(2);
        run.Command.IdempotencyKey.ShouldBe(first.IdempotencyKey);
        run.Command.Deadline.ShouldBe(run.Now + ExecutionTimeout);
        run.Saga.DueAt.ShouldBe(run.Command.Deadline);
        run.Step("reserve").Execution.Attempts.Select(attempt => attempt.Outcome)
            .ShouldBe([AttemptOutcome.Unknown, AttemptOutcome.InFlight]);
    }

    [Fact]
    public void Due_NoAnswer_HistoryAndStepSayThatItTimedOut()
    {
        var run = new EngineRun(Order()).Due();

        var record = run.Last.History[0];
        record.Event.ShouldBe("StepTimedOut");
        record.Attempt.ShouldBe(1);
        record.Detail!.Code.ShouldBe("STEP_EXECUTION_TIMEOUT");
        record.Detail.Message.ShouldBe("No answer to attempt 1 came within 60 s.");
        run.Step("reserve").Error!.Code.ShouldBe("STEP_EXECUTION_TIMEOUT");
    }

    [Fact]
    public void Due_NoAnswerAndNoAttemptsLeft_CompensationStartsWithThatStep()
    {
        var run = new EngineRun(Order(1)).Succeed().Due().Due();

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.Saga.Failure!.Code.ShouldBe("STEP_EXECUTION_TIMEOUT");
        run.Command.ShouldBeOfType<CompensateStep>().Step.ShouldBe("charge");
        run.Events.OfType<SagaStepFailed>().ShouldHaveSingleItem().Attempts.ShouldBe(2);
    }

    [Fact]
    public void Due_BeforeItIsDue_DoesNothingAtAll()
    {
        var run = new EngineRun(Order());
        var before = run.Saga;

        run.Wait(ExecutionTimeout - TimeSpan.FromMicroseconds(1)).Handle(new SagaInput.Due());

        run.Last.Saga.ShouldBeSameAs(before);
        run.Last.Messages.ShouldBeEmpty();
        run.Last.History.ShouldBeEmpty();
    }

    [Fact]
    public void Due_AgainAfterTheAttemptWasSent_DoesNothingAtAll()
    {
        var run = new EngineRun(Order()).Due();

        run.Handle(new SagaInput.Due());

        run.Last.History.ShouldBeEmpty();
        run.Commands.Count.ShouldBe(2);
    }

    [Fact]
    public void Due_TerminalOrSuspended_DoesNothingAtAll()
    {
        var completed = new EngineRun(Order()).SucceedToTheEnd().Wait(TimeSpan.FromDays(1));
        var suspended = new EngineRun(Order()).Succeed().Fail().Fail().Wait(TimeSpan.FromDays(1));

        completed.Handle(new SagaInput.Due()).Last.History.ShouldBeEmpty();
        suspended.Handle(new SagaInput.Due()).Last.History.ShouldBeEmpty();
    }

    [Fact]
    public void Due_LongAfterItWasDue_CountsFromNow()
    {
        var run = new EngineRun(Order()).Wait(TimeSpan.FromDays(2)).Handle(new SagaInput.Due());

        run.Saga.DueAt.ShouldBe(run.Now + ExecutionTimeout);
    }

    [Fact]
    public void Success_AfterTheDeadlineButBeforeDue_Counts()
    {
        var run = new EngineRun(Order()).Wait(ExecutionTimeout * 2).Succeed();

        run.Saga.CurrentStep.ShouldBe("charge");
    }
}
