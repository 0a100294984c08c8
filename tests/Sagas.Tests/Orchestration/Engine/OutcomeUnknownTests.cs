using Sagas.Contracts;
using Sagas.Engine;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>
/// Rule 4 before the deadline: it is known that no answer will come, and the outcome is unknown at once.
/// </summary>
public sealed class OutcomeUnknownTests
{
    [Proves("participant-answer-will-not-come")]
    [Fact]
    public void OutcomeUnknown_AttemptsLeft_SendsAgainUnderTheSameKeyAfterThePause()
    {
        var run = new EngineRun(Order());
        var first = run.Command;

        run.Reply(Lost(run.Command));

        run.Saga.DueAt.ShouldBe(run.Now + TimeSpan.FromSeconds(1));
        run.Due();
        run.Command.Attempt.ShouldBe(2);
        run.Command.IdempotencyKey.ShouldBe(first.IdempotencyKey);
        run.Step("reserve").Execution.Attempts[0].Outcome.ShouldBe(AttemptOutcome.Unknown);
    }

    [Fact]
    public void OutcomeUnknown_HistoryAndStepSayWhy()
    {
        var run = new EngineRun(Order()).Reply(Lost(new EngineRun(Order()).Command) with { Code = "HTTP_500" });

        var record = run.Last.History.ShouldHaveSingleItem();
        record.Event.ShouldBe("StepOutcomeUnknown");
        record.Detail!.Code.ShouldBe("HTTP_500");
        record.Detail.Retryable.ShouldBe(true);
        record.Detail.RetryAt.ShouldBe(run.Saga.DueAt);
        run.Step("reserve").Error!.Code.ShouldBe("HTTP_500");
    }

    [Fact]
    public void OutcomeUnknown_NoAttemptsLeft_CompensatesThatStepToo()
    {
        var run = new EngineRun(Order(0)).Succeed();

        run.Reply(Lost(run.Command));

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.Command.ShouldBeOfType<CompensateStep>().Step.ShouldBe("charge");
    }

    [Fact]
    public void OutcomeUnknown_NotRetryable_CompensatesThatStepAtOnce()
    {
        var run = new EngineRun(Order()).Succeed();

        run.Reply(Lost(run.Command, retryable: false));

        run.Command.ShouldBeOfType<CompensateStep>().Step.ShouldBe("charge");
        run.Saga.Failure!.Code.ShouldBe("LOST");
    }

    [Fact]
    public void OutcomeUnknown_OfThePivot_SuspendsTheSaga()
    {
        var run = new EngineRun(Saga(Step("reserve"), Pivot("pay"))).Succeed();

        run.Reply(Lost(run.Command, retryable: false));

        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Saga.Failure!.Code.ShouldBe("PIVOT_OUTCOME_UNKNOWN");
        run.Retry().Command.IdempotencyKey.ShouldEndWith("/1");
    }

    [Fact]
    public void OutcomeUnknown_OfACompensation_IsRetriedUnderTheSameKeyAndThenSuspends()
    {
        var run = new EngineRun(Order(1)).Succeed().Fail();
        var first = run.Command.ShouldBeOfType<CompensateStep>();

        run.Reply(Lost(run.Command)).Due();
        run.Command.IdempotencyKey.ShouldBe(first.IdempotencyKey);

        run.Reply(Lost(run.Command));
        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Step("reserve").Status.ShouldBe(StepStatus.CompensationFailed);
    }

    [Fact]
    public void OutcomeUnknown_SuccessComesAfterAll_Counts()
    {
        var run = new EngineRun(Order());
        run.Reply(Lost(run.Command));

        run.LateSuccess("reserve");

        run.Saga.CurrentStep.ShouldBe("charge");
    }

    [Fact]
    public void OutcomeUnknown_OfAnEarlierAttempt_IsIgnored()
    {
        var run = new EngineRun(Order());
        var first = run.Command;
        run.Due();

        run.Reply(Lost(first));

        run.Last.History.ShouldHaveSingleItem().Event.ShouldBe("ReplyIgnored");
        run.Saga.Attempt.ShouldBe(2);
    }

    [Proves("participant-asks-for-time")]
    [Theory]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(30, 30)]
    [InlineData(3600, 3600)]
    [InlineData(int.MaxValue, 3600)]
    public void RetryAfter_LongerThanTheBackoff_IsThePauseUpToAnHour(int wish, int pause)
    {
        var lost = new EngineRun(Order());
        lost.Reply(Lost(lost.Command) with { RetryAfterSeconds = wish });
        var failed = new EngineRun(Order());
        failed.Reply(EngineRun.Failure(failed.Command, retryable: true) with { RetryAfterSeconds = wish });

        (lost.Saga.DueAt - lost.Now).ShouldBe(TimeSpan.FromSeconds(pause));
        (failed.Saga.DueAt - failed.Now).ShouldBe(TimeSpan.FromSeconds(pause));
    }

    private static StepOutcomeUnknown Lost(IStepCommand command, bool retryable = true) => new()
    {
        SagaId = command.SagaId,
        Step = command.Step,
        Direction = command is ExecuteStep ? StepDirection.Execute : StepDirection.Compensate,
        Attempt = command.Attempt,
        Code = "LOST",
        Message = "The answer is lost.",
        Retryable = retryable,
    };
}
