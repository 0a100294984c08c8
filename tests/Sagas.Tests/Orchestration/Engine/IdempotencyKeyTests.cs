using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>
/// The key's round stays while an attempt's outcome is unknown, and goes up by one after a definite answer.
/// </summary>
public sealed class IdempotencyKeyTests
{
    [Fact]
    public void Due_AttemptOfUnknownOutcome_NextAttemptHasTheSameKey()
    {
        var run = new EngineRun(Order()).Due().Due();

        run.Sent.ShouldBe(["execute reserve #1 /1", "execute reserve #2 /1", "execute reserve #3 /1"]);
    }

    [Fact]
    public void Due_AfterRetryableFailure_NextAttemptHasTheNextKey()
    {
        var run = new EngineRun(Order()).Fail(retryable: true).Due().Fail(retryable: true).Due();

        run.Sent.ShouldBe(["execute reserve #1 /1", "execute reserve #2 /2", "execute reserve #3 /3"]);
    }

    [Fact]
    public void Due_UnknownThenFailedThenUnknown_RoundGoesUpOnceOnly()
    {
        var run = new EngineRun(Order(3)).Due().Fail(retryable: true).Due().Due();

        run.Sent.ShouldBe([
            "execute reserve #1 /1", "execute reserve #2 /1", "execute reserve #3 /2", "execute reserve #4 /2"]);
    }

    [Fact]
    public void Due_Compensation_KeyNamesTheDirectionAndCountsOnItsOwn()
    {
        var run = new EngineRun(Order()).Fail(retryable: true).Due().Succeed().Fail().Fail(retryable: true).Due();

        run.Sent.TakeLast(2).ShouldBe(["compensate reserve #1 /1", "compensate reserve #2 /2"]);
        run.Command.IdempotencyKey.ShouldBe($"{run.Saga.SagaId}/reserve/compensate/2");
    }

    [Fact]
    public void Retry_AfterUnknownOutcome_KeyStaysAndAttemptsGoUp()
    {
        var run = new EngineRun(Order(1)).Succeed().Fail().LoseAll().Retry();

        run.Sent.TakeLast(3).ShouldBe(
            ["compensate reserve #1 /1", "compensate reserve #2 /1", "compensate reserve #3 /1"]);
    }

    [Fact]
    public void Retry_AfterDefiniteFailure_KeyAndAttemptsGoUp()
    {
        var run = new EngineRun(Order(1)).Succeed().Fail().Fail().Retry();

        run.Sent.TakeLast(2).ShouldBe(["compensate reserve #1 /1", "compensate reserve #2 /2"]);
    }
}
