using System.Globalization;
using Sagas.Contracts;
using Sagas.Engine;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>A step that could not be begun waits: that is neither a failure nor an attempt.</summary>
public sealed class DeferralTests
{
    [Fact]
    public void Defer_AttemptInFlight_WaitsAndSaysWhyAndUntilWhen()
    {
        var run = new EngineRun(Order(), random: () => 0).Succeed().PutOff(seconds: 30);

        (run.Saga.State, run.Saga.CurrentStep, run.Saga.Attempt).ShouldBe((SagaStatus.Running, "charge", 1));
        run.Saga.DueAt.ShouldBe(run.Now.AddSeconds(30));
        run.Step("charge").Error.ShouldBe(
            new StepError("CIRCUIT_OPEN", "The circuit breaker of payments.example:443 is open."));
        run.Last.Messages.ShouldBeEmpty();
        var record = run.Last.History.ShouldHaveSingleItem();
        (record.Event, record.Step, record.Direction, record.Attempt)
            .ShouldBe(("StepDeferred", "charge", StepDirection.Execute, 1));
        (record.Detail!.Code, record.Detail.RetryAt, record.Detail.Waits).ShouldBe(("CIRCUIT_OPEN", run.Now.AddSeconds(30), 1));
    }

    [Fact]
    public void Due_WaitOver_SendsTheSameAttemptUnderTheSameKeyWithAFreshDeadline()
    {
        var run = new EngineRun(Order()).Succeed().PutOff().Due();

        run.Sent.Skip(1).ShouldBe(["execute charge #1 /1", "execute charge #1 /1"]);
        run.Command.Deadline.ShouldBe(run.Now + ExecutionTimeout);
        run.SucceedToTheEnd().Saga.State.ShouldBe(SagaStatus.Completed);
    }

    [Proves("http-keeps-failing")]
    [Fact]
    public void Defer_ManyTimes_UsesUpNoAttempt()
    {
        var run = new EngineRun(Order(retries: 1)).Succeed();
        for (var time = 0; time < 50; time++)
        {
            run.PutOff().Due();
        }

        run.Fail(retryable: true).Due().Command.Attempt.ShouldBe(2);
        run.PutOff().Due().Fail(retryable: true);
        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.Commands.OfType<ExecuteStep>().Count(command => command.Attempt > 2).ShouldBe(0);
    }

    /// <summary>
    /// A year behind a circuit that stays open is some twenty rows, and the row of the saga says how it stands.
    /// </summary>
    [Fact]
    public void Defer_ForEver_RecordsTheFirstTheSecondTheFourthWaitAndSoOn()
    {
        var run = new EngineRun(Order()).Succeed();
        var before = run.Saga.HistorySequence;
        for (var time = 0; time < 1_000; time++)
        {
            run.PutOff().Due();
        }

        run.Saga.HistorySequence.ShouldBe(before + 20);
        run.PutOff().Last.History.ShouldBeEmpty();
        run.Saga.DueAt.ShouldNotBeNull();
        run.Due().SucceedToTheEnd().Saga.State.ShouldBe(SagaStatus.Completed);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(-5, 0, 1)]
    [InlineData(30, 0, 30)]
    [InlineData(30, 0.5, 37.5)]
    [InlineData(30, 0.999999, 45)]
    [InlineData(86_400, 0, 300)]
    [InlineData(86_400, 0.999999, 450)]
    public void Defer_Wait_IsBoundedAndSpread(double said, double random, double expected)
    {
        var run = new EngineRun(Order(), random: () => random).PutOff(said);

        (run.Saga.DueAt!.Value - run.Now).TotalSeconds.ShouldBe(expected, 0.001);
    }

    /// <summary>Another worker may take the command each time: it comes soon, and not for ever as often.</summary>
    [Theory]
    [InlineData(0.2, 30, "0.2 0.4 0.8 1.6 3.2 6.4 12.8 25.6 30 30")]
    [InlineData(0, 0, "0.1 0.2 0.4 0.8 1 1")]
    [InlineData(-5, 86_400, "0.1 0.2 0.4")]
    [InlineData(86_400, 86_400, "300 300")]
    public void Defer_WaitThatDoubles_IsBounded(double said, double longest, string expected)
    {
        var run = new EngineRun(Order(), random: () => 0);

        foreach (var wait in expected.Split(' '))
        {
            run.PutOff(said, longest: longest);
            (run.Saga.DueAt!.Value - run.Now).TotalSeconds.ShouldBe(
                double.Parse(wait, CultureInfo.InvariantCulture), 0.001);
            run.Due();
        }
    }

    [Fact]
    public void Defer_WaitThatDoublesForEver_IsBoundedAndSpread()
    {
        var run = new EngineRun(Order(), random: () => 0.999999);
        for (var time = 0; time < 1_100; time++)
        {
            run.PutOff(0.2, longest: 30).Due();
        }

        run.PutOff(0.2, longest: 30);

        (run.Saga.DueAt!.Value - run.Now).TotalSeconds.ShouldBe(45, 0.001);
    }

    [Fact]
    public void Defer_NextAttempt_BeginsWithTheShortWaitAgain()
    {
        var run = new EngineRun(Order(), random: () => 0);
        run.PutOff(0.2, longest: 30).Due().PutOff(0.2, longest: 30).Due().Fail(retryable: true).Due();

        run.PutOff(0.2, longest: 30);

        (run.Saga.DueAt!.Value - run.Now).TotalSeconds.ShouldBe(0.2, 0.001);
    }

    [Fact]
    public void Defer_Compensation_WaitsToo()
    {
        var run = new EngineRun(Order()).Succeed().Fail().PutOff();

        (run.Saga.State, run.Saga.CurrentStep, run.Saga.Direction)
            .ShouldBe((SagaStatus.Compensating, "reserve", StepDirection.Compensate));
        run.Due().Sent.TakeLast(2).ShouldBe(["compensate reserve #1 /1", "compensate reserve #1 /1"]);
        run.Succeed().Saga.State.ShouldBe(SagaStatus.Compensated);
    }

    [Fact]
    public void Defer_AfterATimeout_KeepsTheKeyOfTheUnknownAttempt()
    {
        var run = new EngineRun(Order()).Due().PutOff().Due();

        run.Sent.ShouldBe(["execute reserve #1 /1", "execute reserve #2 /1", "execute reserve #2 /1"]);
    }

    [Fact]
    public void Defer_AttemptThatIsNotInFlight_IsIgnored()
    {
        var run = new EngineRun(Order()).Due();
        var due = run.Saga.DueAt;

        run.PutOff(attempt: 1);

        run.Saga.DueAt.ShouldBe(due);
        run.Last.History.ShouldHaveSingleItem().Event.ShouldBe("ReplyIgnored");
        run.PutOff(attempt: 7).Last.History.ShouldHaveSingleItem().Event.ShouldBe("ReplyIgnored");
    }

    [Fact]
    public void Defer_WhileItWaitsAlready_ChangesNothing()
    {
        var run = new EngineRun(Order()).PutOff();
        var due = run.Saga.DueAt;

        run.Wait(TimeSpan.FromSeconds(5)).PutOff(seconds: 90);

        run.Saga.DueAt.ShouldBe(due);
    }

    [Fact]
    public void Defer_SagaHasEnded_ChangesNothing()
    {
        var run = new EngineRun(Order()).SucceedToTheEnd().PutOff();

        run.Saga.State.ShouldBe(SagaStatus.Completed);
        run.Last.Messages.ShouldBeEmpty();
    }

    /// <summary>A broker may bring a command twice: one copy is put off and the other comes through.</summary>
    [Fact]
    public void Succeed_WhileItWaits_TheSagaGoesOn()
    {
        var run = new EngineRun(Order()).PutOff().Succeed();

        run.Saga.CurrentStep.ShouldBe("charge");
        run.SucceedToTheEnd().Saga.State.ShouldBe(SagaStatus.Completed);
    }

    [Fact]
    public void Fail_WhileItWaits_IsIgnoredAndTheAttemptIsSentAgain()
    {
        var run = new EngineRun(Order()).PutOff().Fail();

        run.Saga.State.ShouldBe(SagaStatus.Running);
        run.Due().Command.Attempt.ShouldBe(1);
    }

    /// <summary>Another copy of the command may have acted: an effect that nobody undoes must never be.</summary>
    [Fact]
    public void Cancel_WhileItWaits_TheStepIsUndone()
    {
        var run = new EngineRun(Order()).Succeed().PutOff().Cancel();

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.SucceedToTheEnd();
        run.Commands.OfType<CompensateStep>().Select(command => command.Step).ShouldBe(["charge", "reserve"]);
    }

    [Fact]
    public void Cancel_PivotThatWaits_IsRefused()
    {
        var run = new EngineRun(Saga(Step("a"), Pivot("p"))).Succeed().PutOff();

        CancelTests.AssertRefused(run.Cancel(), RefusalCodes.PastPivot);
    }
}
