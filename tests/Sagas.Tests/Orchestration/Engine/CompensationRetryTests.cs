using Sagas.Contracts;
using Sagas.Engine;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>
/// Rule 6: a compensation is retried with backoff; when its retries are used up the saga is suspended.
/// </summary>
public sealed class CompensationRetryTests
{
    [Fact]
    public void Failure_Retryable_IsRepeatedAfterAPauseThatDoubles()
    {
        var run = Compensating().Fail(retryable: true);
        run.Saga.DueAt.ShouldBe(run.Now + TimeSpan.FromSeconds(1));

        run.Due().Fail(retryable: true);

        run.Saga.DueAt.ShouldBe(run.Now + TimeSpan.FromSeconds(2));
        run.Due().Succeed().Saga.State.ShouldBe(SagaStatus.Compensated);
    }

    [Fact]
    public void Timeout_IsRepeatedAfterAPauseWithTheSameKey()
    {
        var run = Compensating();
        var first = run.Command;

        run.Due();

        run.Command.ShouldBeSameAs(first);
        run.Saga.DueAt.ShouldBe(run.Now + TimeSpan.FromSeconds(1));
        run.Last.History.ShouldHaveSingleItem().Detail!.Code.ShouldBe("STEP_COMPENSATION_TIMEOUT");
        run.Due().Command.IdempotencyKey.ShouldBe(first.IdempotencyKey);
    }

    [Proves("participant-compensation-fails")]
    [Fact]
    public void Failure_NotRetryable_SuspendsAtOnce()
    {
        var run = Compensating().Fail(retryable: false, "GONE", "Gone.");

        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Commands.OfType<CompensateStep>().Count().ShouldBe(1);
    }

    [Fact]
    public void Failure_RetriesUsedUp_SuspendsAndSaysWhy()
    {
        var run = Compensating().Fail(true).Due().Fail(true).Due().Fail(true, "BUSY", "Busy.");

        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Saga.DueAt.ShouldBeNull();
        run.Saga.CurrentStep.ShouldBe("reserve");
        run.Saga.Direction.ShouldBe(StepDirection.Compensate);
        run.Saga.Attempt.ShouldBe(3);
        run.Step("reserve").Status.ShouldBe(StepStatus.CompensationFailed);
        var suspended = run.Events[^1].ShouldBeOfType<SagaSuspended>();
        suspended.Step.ShouldBe("reserve");
        suspended.Direction.ShouldBe(StepDirection.Compensate);
        suspended.Code.ShouldBe("BUSY");
        suspended.Message.ShouldBe("Busy.");
    }

    [Fact]
    public void Failure_RetriesUsedUp_FailureNamesBothThisAndWhyTheSagaTurnedBack()
    {
        var run = Compensating().Fail(false, "GONE", "Gone.");

        run.Saga.Failure.ShouldBe(new SagaFailure("reserve", StepDirection.Compensate, "GONE", "Gone.")
        {
            Cause = new SagaFailure("charge", StepDirection.Execute, "NO", "No."),
        });
        run.Retry().Saga.Failure!.Code.ShouldBe("NO");
        run.Fail(false, "STILL", "Still.").Saga.Failure!.Cause!.Code.ShouldBe("NO");
    }

    [Proves("participant-silent-on-undo")]
    [Fact]
    public void Timeout_RetriesUsedUp_Suspends()
    {
        var run = Compensating().LoseAll();

        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Saga.Failure!.Code.ShouldBe("STEP_COMPENSATION_TIMEOUT");
        run.Commands.OfType<CompensateStep>().Count().ShouldBe(3);
    }

    [Fact]
    public void Retry_GoesOnAtThatVeryStepWithAFullNewSetOfAttempts()
    {
        var run = Compensating().LoseAll().Retry();

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.Command.Step.ShouldBe("reserve");
        run.Command.Attempt.ShouldBe(4);
        run.Fail(true).Saga.DueAt.ShouldBe(run.Now + TimeSpan.FromSeconds(1));
        run.Due().Fail(true).Due().Command.Attempt.ShouldBe(6);
        run.Fail(true).Saga.State.ShouldBe(SagaStatus.Suspended);
    }

    [Fact]
    public void Retry_ThenSuccess_GoesOnToTheEnd()
    {
        var run = new EngineRun(Order()).Succeed().Succeed().Fail().Fail().Retry().Succeed();

        run.Command.Step.ShouldBe("reserve");
        run.Succeed().Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Events.OfType<SagaStepCompensated>().Select(message => message.Attempts).ShouldBe([2, 1]);
    }

    [Fact]
    public void Skip_RecordsWhoSkippedWhatAndGoesOn()
    {
        var run = new EngineRun(Order()).Succeed().Succeed().Fail().Fail().Skip();

        run.Step("charge").Status.ShouldBe(StepStatus.CompensationSkipped);
        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.Command.Step.ShouldBe("reserve");
        var record = run.Last.History[0];
        record.Event.ShouldBe("StepSkipped");
        record.Step.ShouldBe("charge");
        record.Direction.ShouldBe(StepDirection.Compensate);
        record.Detail!.Operator.ShouldBe("ann");
        record.Detail.Reason.ShouldBe("By hand.");
        run.Succeed().Saga.State.ShouldBe(SagaStatus.Compensated);
    }

    [Fact]
    public void Abort_EndsTheSagaAsItIs()
    {
        var run = new EngineRun(Order()).Succeed().Succeed().Fail().Fail().Abort();

        run.Saga.State.ShouldBe(SagaStatus.Aborted);
        run.Saga.EndedAt.ShouldBe(run.Now);
        run.Saga.CurrentStep.ShouldBeNull();
        run.Step("reserve").Status.ShouldBe(StepStatus.Succeeded);
        var aborted = run.Last.Messages.ShouldHaveSingleItem().ShouldBeOfType<OutgoingMessage.Event>()
            .Message.ShouldBeOfType<SagaAborted>();
        aborted.Operator.ShouldBe("ann");
        aborted.Reason.ShouldBe("Enough.");
        run.History[^1].Detail!.Operator.ShouldBe("ann");
    }

    [Fact]
    public void Success_OfTheCompensationWhileSuspended_IsKnownAndRetryGoesOnBehindIt()
    {
        var run = new EngineRun(Order()).Succeed().Succeed().Fail().LoseAll();

        run.LateSuccess("charge", StepDirection.Compensate);

        // Only an operator takes a suspended saga up again: somebody may be repairing it by hand.
        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Step("charge").Status.ShouldBe(StepStatus.Compensated);
        run.Events[^1].ShouldBeOfType<SagaStepCompensated>();
        run.Retry().Command.Step.ShouldBe("reserve");
    }

    [Fact]
    public void Skip_OfAStepThatWasUndoneWhileSuspended_LeavesItUndone()
    {
        var run = new EngineRun(Order()).Succeed().Succeed().Fail().LoseAll();
        run.LateSuccess("charge", StepDirection.Compensate);

        run.Skip();

        run.Step("charge").Status.ShouldBe(StepStatus.Compensated);
        run.Command.Step.ShouldBe("reserve");
    }

    private static EngineRun Compensating() => new EngineRun(Order()).Succeed().Fail();
}
