using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Contracts;
using Sagas.Participants;
using static Sagas.Contracts.StepDirection;

namespace Sagas.Tests.Participants.Contract;

/// <summary>What every database and every transport must show of a participant on the barrier.</summary>
public abstract class StepParticipantContract
{
    private readonly Guid _saga = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<ParticipantHost> StartAsync(Action<IServiceCollection>? configure = null);

    [Fact]
    public async Task Execute_FirstTime_ChangesRecordsAndAnswers()
    {
        await using var host = await StartAsync();

        var reply = (await host.AskAsync(Execute, _saga)).ShouldBeOfType<StepSucceeded>();

        reply.Result!.Value.GetProperty("number").GetInt32().ShouldBe(7);
        (await host.WorkOfAsync(_saga)).Single().IdempotencyKey.ShouldBe($"{_saga}/do-work/Execute/1");
        (await host.BarrierOfAsync(_saga)).ShouldBe(["Execute 1 1 StepSucceeded"]);
    }

    [Fact]
    public async Task Execute_WithoutReplyAddress_AnswersToTheWorkersQueue()
    {
        await using var host = await StartAsync();

        await host.SendAsync(Execute, _saga, withReplyAddress: false);

        (await host.Replies.NextAsync(Ct)).SagaId.ShouldBe(_saga);
    }

    [Fact]
    public async Task Execute_SeenBefore_RepeatsTheAnswerWithoutACall()
    {
        await using var host = await StartAsync();
        await host.AskAsync(Execute, _saga);

        var reply = (await host.AskAsync(Execute, _saga, attempt: 2)).ShouldBeOfType<StepSucceeded>();

        reply.Result!.Value.GetProperty("number").GetInt32().ShouldBe(7);
        host.Script.Count(Execute).ShouldBe(1);
        (await host.WorkOfAsync(_saga)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Execute_ResultThatNoDatabaseKeeps_IsRecordedAsText()
    {
        await using var host = await StartAsync();
        host.Script.Returns(StepOutcome.Succeeded(JsonElement.Parse("""{"number":1e999999,"text":"x\u0000"}""")));
        await host.AskAsync(Execute, _saga);

        var reply = (await host.AskAsync(Execute, _saga, attempt: 2)).ShouldBeOfType<StepSucceeded>();

        reply.Result!.Value.GetProperty("number").GetString().ShouldBe("1e999999");
        reply.Result!.Value.GetProperty("text").GetString().ShouldBe("x\ufffd");
        host.Script.Count(Execute).ShouldBe(1);
    }

    [Fact]
    public async Task Compensate_AfterExecute_IsCalledWithWhatTheExecutionReturned()
    {
        await using var host = await StartAsync();
        await host.AskAsync(Execute, _saga);

        (await host.AskAsync(Compensate, _saga)).ShouldBeOfType<StepSucceeded>();

        host.Script.Calls.Last().ExecuteResult<Dictionary<string, int>>()["number"].ShouldBe(7);
        (await host.WorkOfAsync(_saga)).Select(item => item.Direction).Order().ShouldBe(["Compensate", "Execute"]);
        (await host.BarrierOfAsync(_saga)).ShouldBe(["Execute 1 1 StepSucceeded", "Compensate 1 1 StepSucceeded"]);
    }

    [Fact]
    public async Task Compensate_SeenBefore_RepeatsTheAnswerInAnyRound()
    {
        await using var host = await StartAsync();
        await host.AskAsync(Execute, _saga);
        await host.AskAsync(Compensate, _saga);

        (await host.AskAsync(Compensate, _saga, attempt: 2)).ShouldBeOfType<StepSucceeded>();
        (await host.AskAsync(Compensate, _saga, attempt: 3, round: 2)).ShouldBeOfType<StepSucceeded>();

        host.Script.Count(Compensate).ShouldBe(1);
    }

    [Proves("participant-compensation-overtakes")]
    [Fact]
    public async Task Compensate_NeverExecuted_SucceedsWithoutACallAndRefusesALateExecution()
    {
        await using var host = await StartAsync();

        (await host.AskAsync(Compensate, _saga)).ShouldBeOfType<StepSucceeded>();
        var late = (await host.AskAsync(Execute, _saga)).ShouldBeOfType<StepFailed>();

        late.Code.ShouldBe(StepFailureCodes.AlreadyCompensated);
        late.Retryable.ShouldBeFalse();
        host.Script.Calls.ShouldBeEmpty();
        (await host.BarrierOfAsync(_saga)).ShouldBe(["Compensate 1 1 StepSucceeded"]);
    }

    [Fact]
    public async Task Execute_Failed_RollsBackAndRepeatsTheRefusal()
    {
        await using var host = await StartAsync();
        host.Script.Returns(StepOutcome.Failed("CARD_DECLINED", "No money."));

        await host.AskAsync(Execute, _saga);
        var reply = (await host.AskAsync(Execute, _saga, attempt: 2)).ShouldBeOfType<StepFailed>();

        reply.ShouldSatisfyAllConditions(
            () => reply.Code.ShouldBe("CARD_DECLINED"),
            () => reply.Message.ShouldBe("No money."),
            () => reply.Retryable.ShouldBeFalse());
        host.Script.Count(Execute).ShouldBe(1);
        (await host.WorkOfAsync(_saga)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Execute_FailedThenNewRound_IsTriedAgain()
    {
        await using var host = await StartAsync();
        host.Script.Returns(StepOutcome.Failed("CARD_DECLINED"));
        await host.AskAsync(Execute, _saga);
        host.Script.Returns(StepOutcome.Succeeded());

        (await host.AskAsync(Execute, _saga, attempt: 2, round: 1)).ShouldBeOfType<StepFailed>();
        (await host.AskAsync(Execute, _saga, attempt: 3, round: 2)).ShouldBeOfType<StepSucceeded>();

        (await host.WorkOfAsync(_saga)).Single().IdempotencyKey.ShouldEndWith("/2");
        (await host.BarrierOfAsync(_saga)).ShouldBe(["Execute 2 3 StepSucceeded"]);
    }

    [Fact]
    public async Task Compensate_AfterFailedExecute_HasNothingToUndoAndRefusesALateExecution()
    {
        await using var host = await StartAsync();
        host.Script.Returns(StepOutcome.Failed("CARD_DECLINED"));
        await host.AskAsync(Execute, _saga);
        host.Script.Returns(StepOutcome.Succeeded());

        (await host.AskAsync(Compensate, _saga)).ShouldBeOfType<StepSucceeded>();
        (await host.AskAsync(Execute, _saga, attempt: 2, round: 2)).ShouldBeOfType<StepFailed>();

        host.Script.Calls.Count.ShouldBe(1);
        (await host.BarrierOfAsync(_saga)).ShouldBe(["Execute 1 1 StepFailed", "Compensate 1 1 StepSucceeded"]);
    }

    [Proves("participant-late-copy")]
    [Fact]
    public async Task Execute_AfterCompensate_IsRefusedWhateverItsRound()
    {
        await using var host = await StartAsync();
        await host.AskAsync(Execute, _saga);
        await host.AskAsync(Compensate, _saga);

        foreach (var (attempt, round) in ((int, int)[])[(1, 1), (2, 1), (3, 2)])
        {
            var late = (await host.AskAsync(Execute, _saga, attempt, round)).ShouldBeOfType<StepFailed>();
            late.Code.ShouldBe(StepFailureCodes.AlreadyCompensated);
            late.Retryable.ShouldBeFalse();
        }

        host.Script.Count(Execute).ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Execute_Retry_LeavesNoEffectAndTheNextAttemptReallyTries(int nextRound)
    {
        await using var host = await StartAsync();
        host.Script.Run = async (_, database, cancellationToken) =>
        {
            await database.SaveChangesAsync(cancellationToken);
            return StepOutcome.Retry("BANK_BUSY", "Later.");
        };

        var reply = (await host.AskAsync(Execute, _saga)).ShouldBeOfType<StepFailed>();

        reply.Code.ShouldBe("BANK_BUSY");
        reply.Retryable.ShouldBeTrue();
        (await host.WorkOfAsync(_saga)).ShouldBeEmpty();
        (await host.BarrierOfAsync(_saga)).ShouldBe(["Execute 1 1 StepFailedRetryably"]);

        host.Script.Returns(StepOutcome.Succeeded());
        (await host.AskAsync(Execute, _saga, attempt: 2, round: nextRound)).ShouldBeOfType<StepSucceeded>();
        (await host.WorkOfAsync(_saga)).Count.ShouldBe(1);
        (await host.BarrierOfAsync(_saga)).ShouldBe([$"Execute {nextRound} 2 StepSucceeded"]);
    }

    [Proves("participant-late-copy")]
    [Fact]
    public async Task Execute_CopyOfARetry_NeverTakesEffectAfterTheAnswer()
    {
        await using var host = await StartAsync();
        host.Script.Returns(StepOutcome.Retry("BANK_BUSY", "Later."));
        await host.AskAsync(Execute, _saga);
        await host.AskAsync(Execute, _saga, attempt: 2, round: 2);
        host.Script.Returns(StepOutcome.Succeeded());

        foreach (var (attempt, round) in ((int, int)[])[(1, 1), (2, 2)])
        {
            var copy = (await host.AskAsync(Execute, _saga, attempt, round)).ShouldBeOfType<StepFailed>();
            copy.Code.ShouldBe("BANK_BUSY");
            copy.Message.ShouldBe("Later.");
            copy.Retryable.ShouldBeTrue();
        }

        host.Script.Calls.Count.ShouldBe(2);
        (await host.WorkOfAsync(_saga)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(StepOutcomeKind.Retry)]
    [InlineData(StepOutcomeKind.Failed)]
    public async Task Compensate_CopyOfAFailure_NeverTakesEffectAfterTheAnswer(StepOutcomeKind kind)
    {
        await using var host = await StartAsync();
        await host.AskAsync(Execute, _saga);
        host.Script.Returns(kind == StepOutcomeKind.Retry ? StepOutcome.Retry("BUSY") : StepOutcome.Failed("BROKEN"));
        await host.AskAsync(Compensate, _saga);
        host.Script.Returns(StepOutcome.Succeeded());

        var copy = (await host.AskAsync(Compensate, _saga)).ShouldBeOfType<StepFailed>();

        copy.Retryable.ShouldBe(kind == StepOutcomeKind.Retry);
        host.Script.Count(Compensate).ShouldBe(1);
        (await host.AskAsync(Compensate, _saga, attempt: 2)).ShouldBeOfType<StepSucceeded>();
    }

    [Theory]
    [InlineData(StepOutcomeKind.Retry)]
    [InlineData(StepOutcomeKind.Failed)]
    public async Task Execute_CopiesOfAFailureAtOnce_AreCarriedOutOnce(StepOutcomeKind kind)
    {
        await using var host = await StartAsync();
        var failure = kind == StepOutcomeKind.Retry ? StepOutcome.Retry("BUSY") : StepOutcome.Failed("BROKEN");
        var sagas = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid()).ToArray();
        // Only the first call of each saga fails: a copy that is carried out as well would have an effect.
        host.Script.Run = (call, _, _) => Task.FromResult(
            host.Script.Calls.Count(other => other.SagaId == call.SagaId) == 1 ? failure : StepOutcome.Succeeded());

        await Task.WhenAll(sagas.SelectMany(saga => Enumerable.Range(0, 4).Select(_ => host.SendAsync(Execute, saga))));
        var answers = sagas.ToDictionary(saga => saga, _ => 0);
        while (answers.Values.Any(count => count < 4))
        {
            answers[(await host.Replies.NextAsync(Ct)).ShouldBeOfType<StepFailed>().SagaId]++;
        }

        host.Script.Calls.Count.ShouldBe(sagas.Length);
        (await host.QueryAsync(database => database.Work.CountAsync(work => sagas.Contains(work.SagaId), Ct)))
            .ShouldBe(0);
    }

    [Proves("participant-code-throws")]
    [Fact]
    public async Task Execute_Throws_IsARetryableFailureThatTellsNoSecrets()
    {
        await using var host = await StartAsync();
        host.Script.Run = (_, _, _) => throw new InvalidOperationException("password=hunter2");

        var reply = (await host.AskAsync(Execute, _saga)).ShouldBeOfType<StepFailed>();

        reply.Code.ShouldBe(StepFailureCodes.ParticipantError);
        reply.Retryable.ShouldBeTrue();
        reply.Message.ShouldNotContain("hunter2");
        (await host.WorkOfAsync(_saga)).ShouldBeEmpty();
        (await host.BarrierOfAsync(_saga)).ShouldBe(["Execute 1 1 StepFailedRetryably"]);
    }

    [Fact]
    public async Task Execute_DatabaseRefusesTheChange_IsARetryableFailure()
    {
        await using var host = await StartAsync();
        host.Script.Run = (context, database, _) =>
        {
            database.Work.Add(new WorkItem { SagaId = context.SagaId, Step = null! });
            return Task.FromResult(StepOutcome.Succeeded());
        };

        var reply = (await host.AskAsync(Execute, _saga)).ShouldBeOfType<StepFailed>();

        reply.Code.ShouldBe(StepFailureCodes.ParticipantError);
        (await host.WorkOfAsync(_saga)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Execute_ThrowsStepFailed_IsFinal()
    {
        await using var host = await StartAsync();
        host.Script.Run = (context, _, _) => throw new InvalidOperationException(context.Result<string>("other-step"));

        var reply = (await host.AskAsync(Execute, _saga)).ShouldBeOfType<StepFailed>();

        reply.Code.ShouldBe(StepFailureCodes.MissingResult);
        reply.Retryable.ShouldBeFalse();
    }

    [Fact]
    public async Task Execute_Unknown_IsNotAnsweredAndMayBeTriedAgainUnderTheSameKey()
    {
        await using var host = await StartAsync();
        host.Script.Run = (_, _, _) => throw new TimeoutException();
        await host.SendAsync(Execute, _saga);
        await WaitUntilAsync(() => host.UnknownOutcomes == 1);
        host.Script.Returns(StepOutcome.Succeeded());

        (await host.AskAsync(Execute, _saga, attempt: 2)).ShouldBeOfType<StepSucceeded>();

        host.Replies.HasOnlyRepetitions().ShouldBeTrue();
        (await host.WorkOfAsync(_saga)).Count.ShouldBe(1);
    }

    [Proves("participant-beyond-deadline")]
    [Fact]
    public async Task Execute_StillWorkingAfterTheDeadline_IsCancelledRolledBackAndNotAnswered()
    {
        await using var host = await StartAsync();
        host.Script.Run = async (_, _, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return StepOutcome.Succeeded();
        };
        await host.SendAsync(Execute, _saga, timeout: TimeSpan.Zero);
        await WaitUntilAsync(() => host.Script.Calls.Count == 1);

        // It waits for the transaction of the cancelled call to be over.
        (await host.AskAsync(Compensate, _saga)).ShouldBeOfType<StepSucceeded>();

        host.Script.Count(Compensate).ShouldBe(0);
        (await host.WorkOfAsync(_saga)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Compensate_Failed_CanBePutRight()
    {
        await using var host = await StartAsync();
        await host.AskAsync(Execute, _saga);
        host.Script.Returns(StepOutcome.Failed("BANK_REFUSES"));
        (await host.AskAsync(Compensate, _saga)).ShouldBeOfType<StepFailed>().Retryable.ShouldBeFalse();
        host.Script.Returns(StepOutcome.Succeeded());

        (await host.AskAsync(Compensate, _saga, attempt: 2, round: 2)).ShouldBeOfType<StepSucceeded>();

        (await host.WorkOfAsync(_saga)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Execute_UnknownStep_FailsForGood()
    {
        await using var host = await StartAsync();

        await host.SendAsync(Execute, _saga, step: "nobodys-step");
        var reply = (await host.Replies.NextAsync(Ct)).ShouldBeOfType<StepFailed>();

        reply.Code.ShouldBe(StepFailureCodes.UnknownStep);
        reply.Message.ShouldContain("nobodys-step");
        reply.Retryable.ShouldBeFalse();
        (await host.BarrierOfAsync(_saga)).ShouldBe(["Execute 1 1 StepFailed"]);
    }

    [Proves("participant-database-fails")]
    [Fact]
    public async Task Execute_DatabaseFailsForAWhile_WaitsForItAndIsAnswered()
    {
        await using var host = await StartAsync();
        await host.ExecuteSqlAsync("ALTER TABLE step_barrier RENAME TO away");
        await host.SendAsync(Execute, _saga);
        // More often than a failure of any other kind is repeated.
        await WaitUntilAsync(() => host.FailuresOfTheDatabase > 5);
        await host.ExecuteSqlAsync("ALTER TABLE away RENAME TO step_barrier");

        (await host.Replies.NextAsync(Ct)).ShouldBeOfType<StepSucceeded>();

        (await host.WorkOfAsync(_saga)).Count.ShouldBe(1);
        host.RepeatedDeliveries.ShouldBe(0);
    }

    [Proves("participant-database-refuses-command")]
    [Fact]
    public async Task Execute_DatabaseRefusesItsRowForGood_IsSetAsideAndNotAnswered()
    {
        await using var host = await StartAsync();
        (await host.AskAsync(Execute, Guid.NewGuid(), attempt: 7)).ShouldBeOfType<StepSucceeded>();
        await host.ExecuteSqlAsync("CREATE UNIQUE INDEX one_seventh ON step_barrier (step) WHERE attempt = 7");
        await host.SendAsync(Execute, _saga, attempt: 7);
        await WaitUntilAsync(() => host.DeliveriesGivenUp == 1);
        await host.ExecuteSqlAsync("DROP INDEX one_seventh");

        (await host.AskAsync(Execute, _saga, attempt: 8)).ShouldBeOfType<StepSucceeded>();

        host.Replies.Faults.ShouldBe(0);
    }

    [Proves("participant-command-repeated")]
    [Fact]
    public async Task Execute_FiftyDuplicatesAtOnce_HasItsEffectOnceAndAnswersAll()
    {
        await using var host = await StartAsync();

        await Task.WhenAll(Enumerable.Range(1, 50).Select(attempt => host.SendAsync(Execute, _saga, attempt)));
        // At least one each: where a confirmation is slow, the dispatcher sends an answer again.
        var answered = new HashSet<int>();
        while (answered.Count < 50)
        {
            answered.Add((await host.Replies.NextAsync(Ct)).ShouldBeOfType<StepSucceeded>().Attempt);
        }

        host.Script.Count(Execute).ShouldBe(1);
        (await host.WorkOfAsync(_saga)).Count.ShouldBe(1);
    }

    [Proves("participant-compensation-repeated")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Compensate_FiftyDuplicatesAtOnce_UndoesOnceIfThereIsSomethingAndAnswersAll(bool isExecuted)
    {
        await using var host = await StartAsync();
        if (isExecuted)
        {
            await host.AskAsync(Execute, _saga);
        }

        await Task.WhenAll(Enumerable.Range(1, 50).Select(attempt => host.SendAsync(Compensate, _saga, attempt)));
        var answered = new HashSet<int>();
        while (answered.Count < 50)
        {
            var reply = await host.Replies.NextAsync(Ct);
            if (reply.Direction == Compensate)
            {
                answered.Add(reply.ShouldBeOfType<StepSucceeded>().Attempt);
            }
        }

        host.Script.Count(Compensate).ShouldBe(isExecuted ? 1 : 0);
        (await host.WorkOfAsync(_saga)).Count(item => item.Direction == nameof(Compensate)).ShouldBe(isExecuted ? 1 : 0);
        (await host.BarrierOfAsync(_saga)).Count(row => row.StartsWith(nameof(Compensate), StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task ExecuteAndCompensate_ManyAtOnce_NeverLeaveAnEffectStanding()
    {
        await using var host = await StartAsync();
        var sagas = Enumerable.Range(0, 30).Select(_ => Guid.NewGuid()).ToArray();

        await Task.WhenAll(sagas.Select(saga => Task.WhenAll(
            host.SendAsync(Execute, saga),
            host.SendAsync(Compensate, saga),
            host.SendAsync(Execute, saga, attempt: 2))));
        var answered = new HashSet<(Guid, StepDirection, int)>();
        while (answered.Count < sagas.Length * 3)
        {
            var reply = await host.Replies.NextAsync(Ct);
            answered.Add((reply.SagaId, reply.Direction, reply.Attempt));
        }

        foreach (var saga in sagas)
        {
            var work = await host.WorkOfAsync(saga);
            work.Count.ShouldBeOneOf(0, 2);
            work.Select(item => item.Direction).Distinct().Count().ShouldBe(work.Count);
        }
    }

    /// <summary>Waits for a condition that some other thread brings about.</summary>
    protected static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        timeout.CancelAfter(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), timeout.Token);
        }
    }
}
