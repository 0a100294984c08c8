using System.Text.Json;
using Sagas.Contracts;
using Sagas.Engine;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>
/// Rule 2: a reply counts if it names the attempt in flight, or is a success of an earlier attempt of that very
/// step and direction. Anything else is recorded and changes nothing.
/// </summary>
public sealed class ReplyTests
{
    [Fact]
    public void Success_OfEarlierAttemptWhileTheNextIsInFlight_Counts()
    {
        var run = new EngineRun(Order()).Due();

        run.LateSuccess("reserve", attempt: 1);

        run.Step("reserve").Status.ShouldBe(StepStatus.Succeeded);
        run.Saga.CurrentStep.ShouldBe("charge");
        run.Events.OfType<SagaStepCompleted>().Single().Attempts.ShouldBe(2);
        run.History.Single(record => record.Event == "StepSucceeded").Attempt.ShouldBe(1);
    }

    [Fact]
    public void Success_OfEarlierAttemptWhileThePauseRuns_CountsAndNothingMoreIsSent()
    {
        var run = new EngineRun(Order()).Due().Fail(retryable: true);

        run.LateSuccess("reserve", attempt: 1);

        run.Saga.CurrentStep.ShouldBe("charge");
        run.Saga.DueAt.ShouldBe(run.Now + ExecutionTimeout);
        run.Sent.ShouldBe(["execute reserve #1 /1", "execute reserve #2 /1", "execute charge #1 /1"]);
    }

    [Fact]
    public void Success_OfEarlierAttemptUnderAnEarlierKey_Counts()
    {
        var run = new EngineRun(Order()).Due().Fail(retryable: true).Due();

        run.LateSuccess("reserve", attempt: 1);

        run.Saga.CurrentStep.ShouldBe("charge");
    }

    [Fact]
    public void Success_OfAttemptThatWasReportedFailed_Counts()
    {
        // A redelivered command may succeed where its first delivery failed: there is an effect, whatever was said.
        var run = new EngineRun(Order()).Fail(retryable: true);

        run.LateSuccess("reserve", attempt: 1);

        run.Saga.CurrentStep.ShouldBe("charge");
    }

    [Fact]
    public void Success_OfEarlierCompensationAttempt_Counts()
    {
        var run = new EngineRun(Order()).Succeed().Fail().Due().Due();

        run.LateSuccess("reserve", StepDirection.Compensate, attempt: 1);

        run.Saga.State.ShouldBe(SagaStatus.Compensated);
    }

    [Fact]
    public void Failure_OfEarlierAttempt_IsIgnored()
    {
        var run = new EngineRun(Order());
        var first = run.Command;
        run.Due();

        AssertIgnored(run, EngineRun.Failure(first));
    }

    [Fact]
    public void Failure_AgainWhileThePauseRuns_IsIgnored()
    {
        var run = new EngineRun(Order()).Fail(retryable: true);

        AssertIgnored(run, EngineRun.Failure(run.Command));
    }

    [Fact]
    public void Success_Again_IsIgnored()
    {
        var run = new EngineRun(Order()).Succeed();

        AssertIgnored(run, EngineRun.Success(run.Commands[0]));
    }

    [Fact]
    public void Success_OfAnotherAttemptUnderAKeyThatIsKnown_IsIgnored()
    {
        var run = new EngineRun(Order()).Due().Succeed();

        AssertIgnored(run, EngineRun.Success(run.Commands[0]));
    }

    [Fact]
    public void Success_OfAttemptNotYetSent_IsIgnored()
    {
        var run = new EngineRun(Order());

        AssertIgnored(run, EngineRun.Success(run.Command) with { Attempt = 2 });
        AssertIgnored(run, EngineRun.Success(run.Command) with { Attempt = 0 });
    }

    [Fact]
    public void Success_OfStepNotYetStarted_IsIgnored()
    {
        var run = new EngineRun(Order());

        AssertIgnored(run, EngineRun.Success(run.Command) with { Step = "ship" });
    }

    [Fact]
    public void Success_OfTheOtherDirection_IsIgnored()
    {
        var run = new EngineRun(Order());

        AssertIgnored(run, EngineRun.Success(run.Command) with { Direction = StepDirection.Compensate });
    }

    [Fact]
    public void Reply_OfUnknownStep_IsIgnoredAndItsNameCut()
    {
        var run = new EngineRun(Order());

        AssertIgnored(run, EngineRun.Success(run.Command) with { Step = new string('x', 5000) });

        run.History[^1].Step!.Length.ShouldBe(100);
    }

    [Fact]
    public void Reply_WithoutStep_IsIgnored()
    {
        var run = new EngineRun(Order());

        AssertIgnored(run, EngineRun.Success(run.Command) with { Step = null! });
    }

    [Fact]
    public void Reply_ToCompletedSaga_IsIgnored()
    {
        var run = new EngineRun(Order()).SucceedToTheEnd();

        AssertIgnored(run, EngineRun.Success(run.Command));
        AssertIgnored(run, EngineRun.Failure(run.Command));
    }

    [Fact]
    public void Reply_ToCompensatedSaga_IsIgnored()
    {
        var run = new EngineRun(Order()).Succeed().Fail().Succeed();

        AssertIgnored(run, EngineRun.Success(run.Command));
        AssertIgnored(run, EngineRun.Success(run.Commands[0]));
        AssertIgnored(run, EngineRun.Failure(run.Commands[1]));
    }

    [Proves("message-reply-unexpected")]
    [Fact]
    public void Reply_Ignored_HistorySaysWhichAndWhy()
    {
        var run = new EngineRun(Order()).Succeed();

        run.Reply(EngineRun.Success(run.Commands[0]));

        var record = run.History[^1];
        record.Event.ShouldBe("ReplyIgnored");
        record.Step.ShouldBe("reserve");
        record.Direction.ShouldBe(StepDirection.Execute);
        record.Attempt.ShouldBe(1);
        record.Detail!.Reply.ShouldBe("StepSucceeded");
        record.Detail.Reason.ShouldNotBeNullOrEmpty();
    }

    [Proves("message-reply-unexpected")]
    [Fact]
    public void Reply_FloodOfDuplicates_HistoryIsBoundedAndTheStateIsTheSameObject()
    {
        var run = new EngineRun(Order()).Succeed();
        for (var i = 0; i < 2 * ReplyRules.MaxHistoryWithIgnoredReplies; i++)
        {
            run.Reply(EngineRun.Success(run.Commands[0]));
        }

        run.History.Count.ShouldBe(ReplyRules.MaxHistoryWithIgnoredReplies);
        var before = run.Saga;
        run.Reply(EngineRun.Success(run.Commands[0]));
        run.Last.Saga.ShouldBeSameAs(before);
        run.Succeed().History.Count.ShouldBeGreaterThan(ReplyRules.MaxHistoryWithIgnoredReplies);
    }

    [Fact]
    public void Success_OfASecondKeyOnTheWayForward_IsRecordedOnceAndTheResultStays()
    {
        var run = new EngineRun(Order()).Due().Fail(retryable: true).Due();
        run.LateSuccess("reserve", attempt: 1);

        run.Reply(EngineRun.Success(run.Commands[2], "\"second\""));

        run.HistoryNames.Last().ShouldBe("LateSuccess");
        run.Saga.CurrentStep.ShouldBe("charge");
        run.Saga.Results.GetRawText().ShouldBe("""{"reserve":"late"}""");
        AssertIgnored(run, EngineRun.Success(run.Commands[2], "\"second\""));
    }

    private static void AssertIgnored(EngineRun run, IStepReply reply)
    {
        var before = run.Saga;

        run.Reply(reply);

        run.Last.Messages.ShouldBeEmpty();
        run.Last.History.ShouldHaveSingleItem().Event.ShouldBe("ReplyIgnored");
        var after = run.Last.Saga;
        (after with { HistorySequence = before.HistorySequence, UpdatedAt = before.UpdatedAt }).ShouldBe(before);
    }

    [Theory]
    [InlineData("""{"text":"\ud800","number":1e999999,"nothing":"\u0000"}""")]
    [InlineData("""{"\udc00":"\u0000\ud83d"}""")]
    public void Success_WithAResultThatNoDatabaseKeeps_CountsAndCanBeSentOn(string result)
    {
        var run = new EngineRun(Order());

        run.Succeed(result);

        run.Saga.CurrentStep.ShouldBe("charge");
        JsonSerializer.Serialize(run.Events.OfType<SagaStepCompleted>().Single()).ShouldContain("\\uFFFD");
        JsonSerializer.Serialize((ExecuteStep)run.Command).ShouldContain("\\uFFFD");
    }
}
