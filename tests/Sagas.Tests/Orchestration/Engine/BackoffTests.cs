using Sagas.Contracts;
using Sagas.Engine;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>
/// Rule 3: a retryable failure is repeated after a pause while attempts are left; otherwise compensation starts.
/// </summary>
public sealed class BackoffTests
{
    [Proves("participant-fails-for-now")]
    [Fact]
    public void Failure_RetryableWithAttemptsLeft_NothingIsInFlightAndTheRetryIsDueAfterThePause()
    {
        var run = new EngineRun(Order()).Wait(TimeSpan.FromSeconds(3)).Fail(retryable: true, "BUSY", "Busy.");

        run.Saga.State.ShouldBe(SagaStatus.Running);
        run.Saga.DueAt.ShouldBe(run.Now + TimeSpan.FromSeconds(1));
        run.Saga.Attempt.ShouldBe(1);
        run.Last.Messages.ShouldBeEmpty();
        run.Step("reserve").Execution.IsInFlight.ShouldBeFalse();
        run.Step("reserve").Error.ShouldBe(new StepError("BUSY", "Busy."));
        var record = run.Last.History.ShouldHaveSingleItem();
        record.Event.ShouldBe("StepFailed");
        record.Detail!.Code.ShouldBe("BUSY");
        record.Detail.Retryable.ShouldBe(true);
        record.Detail.RetryAt.ShouldBe(run.Saga.DueAt);
    }

    [Fact]
    public void Due_AfterThePause_SendsTheNextAttempt()
    {
        var run = new EngineRun(Order()).Fail(retryable: true).Due();

        run.Command.Attempt.ShouldBe(2);
        run.Saga.Attempt.ShouldBe(2);
        run.Saga.DueAt.ShouldBe(run.Now + ExecutionTimeout);
    }

    [Fact]
    public void Failure_Retryable_PausesDouble()
    {
        var run = new EngineRun(Order(4));

        var pauses = Enumerable.Range(0, 4).Select(_ =>
        {
            var pause = run.Fail(retryable: true).Saga.DueAt!.Value - run.Now;
            run.Due();
            return pause.TotalSeconds;
        });

        pauses.ShouldBe([1, 2, 4, 8]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(6, 32)]
    [InlineData(7, 60)]
    [InlineData(101, 60)]
    public void Pause_ManyAttempts_IsCapped(int attempts, double seconds)
    {
        Backoff.Pause(Retry(100), attempts, () => 0.5).TotalSeconds.ShouldBe(seconds, 1e-6);
    }

    [Theory]
    [InlineData(0, 54)]
    [InlineData(0.5, 60)]
    [InlineData(0.999999999, 66)]
    public void Pause_Jitter_ShortensOrLengthensAfterTheCap(double random, double seconds)
    {
        var policy = Retry(100) with { Jitter = 0.1 };

        Backoff.Pause(policy, 20, () => random).TotalSeconds.ShouldBe(seconds, 1e-3);
    }

    [Fact]
    public void Failure_JitterLeavesNoPause_SendsAtOnce()
    {
        var step = Step("reserve") with { Retry = Retry(2) with { Jitter = 1 } };
        var run = new EngineRun(Saga(step), random: () => 0).Fail(retryable: true);

        run.Command.Attempt.ShouldBe(2);
        run.Saga.DueAt.ShouldBe(run.Now + ExecutionTimeout);
    }

    [Fact]
    public void Failure_RetryableButAttemptsUsedUp_CompensationStarts()
    {
        var run = new EngineRun(Order(1)).Succeed().Fail(retryable: true).Due().Fail(retryable: true, "BUSY", "Busy.");

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.Saga.Failure.ShouldBe(new SagaFailure("charge", StepDirection.Execute, "BUSY", "Busy."));
        run.Step("charge").Status.ShouldBe(StepStatus.Failed);
        run.Step("charge").Execution.Count.ShouldBe(2);
        run.Command.ShouldBeOfType<CompensateStep>().Step.ShouldBe("reserve");
    }

    [Fact]
    public void Failure_NotRetryable_CompensationStartsAtOnce()
    {
        var run = new EngineRun(Order()).Succeed().Fail(retryable: false, "CARD_DECLINED", "Declined.");

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        var failed = run.Events.OfType<SagaStepFailed>().ShouldHaveSingleItem();
        failed.Step.ShouldBe("charge");
        failed.Attempts.ShouldBe(1);
        failed.Code.ShouldBe("CARD_DECLINED");
        failed.Message.ShouldBe("Declined.");
        var compensating = run.Events.OfType<SagaCompensating>().ShouldHaveSingleItem();
        compensating.Code.ShouldBe("CARD_DECLINED");
        compensating.Message.ShouldBe("Declined.");
    }

    [Fact]
    public void Failure_NoRetriesAllowed_OneAttemptIsMade()
    {
        var run = new EngineRun(Order(0)).Fail(retryable: true);

        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Commands.Count.ShouldBe(1);
    }

    [Fact]
    public void Failure_LongTexts_AreCutAndCleaned()
    {
        var message = new string('x', 1999) + "\U0001F600" + "tail";
        var run = new EngineRun(Order()).Fail(true, new string('C', 101), message);

        run.Step("reserve").Error!.Code.ShouldBe(new string('C', 100));
        run.Step("reserve").Error!.Message.ShouldBe(new string('x', 1999));
        run.Due().Fail(true, "A\0B", null!);
        run.Step("reserve").Error.ShouldBe(new StepError("A\uFFFDB", ""));
    }

    [Fact]
    public void Failure_WithoutCode_GetsOne()
    {
        var run = new EngineRun(Order()).Fail(retryable: true, code: null!);

        run.Step("reserve").Error!.Code.ShouldBe("STEP_FAILED");
    }
}
