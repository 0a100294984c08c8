using System.Text.Json;
using Sagas.Contracts;
using Sagas.Orchestration.HttpSteps;
using Sagas.Orchestration.Resilience;

namespace Sagas.Tests.Participants.Http;

/// <summary>A key that may have been called before is settled by a success alone.</summary>
public sealed class StepRepliesTests
{
    private static readonly HttpStepAnswer.Failed Away = new("HTTP_503", "away", Retryable: true, TimeSpan.FromSeconds(7));

    [Theory]
    [InlineData(1, 1, false, false)]
    [InlineData(3, 3, false, false)]
    [InlineData(1, 1, true, true)]
    [InlineData(2, 1, false, true)]
    [InlineData(5, 3, false, true)]
    public void Settle_Failure_CountsOnlyIfTheKeyWasNeverCalled(int attempt, int round, bool isRedelivered, bool isUnknown)
    {
        var settled = Settle(Away, attempt, round, isRedelivered);

        settled.ShouldBe(isUnknown
            ? new HttpStepAnswer.Unknown("HTTP_503", "away", Retryable: true, TimeSpan.FromSeconds(7))
            : Away);
    }

    [Fact]
    public void Settle_RefusalForGood_StaysOneButSettlesNothing() =>
        Settle(new HttpStepAnswer.Failed("HTTP_401", "who?", Retryable: false), 2, 1).ShouldBe(
            new HttpStepAnswer.Unknown("HTTP_401", "who?", Retryable: false));

    [Fact]
    public void Settle_Conflict_MayBeTheEarlierCallInProgress()
    {
        var conflict = new HttpStepAnswer.Failed("HTTP_409", "busy", Retryable: false);

        Settle(conflict, 2, 1).ShouldBe(new HttpStepAnswer.Unknown("HTTP_409", "busy", Retryable: true));
        Settle(conflict, 1, 1).ShouldBe(conflict);
    }

    [Fact]
    public void Settle_Success_IsOne()
    {
        var success = new HttpStepAnswer.Succeeded(JsonElement.Parse("1"));

        Settle(success, 2, 1, isRedelivered: true).ShouldBeSameAs(success);
    }

    [Fact]
    public void Settle_DeferredThoughDeliveredBefore_IsUnknown()
    {
        var deferred = new GuardedCall.Deferred(TimeSpan.FromSeconds(9), "CIRCUIT_OPEN", "open");

        StepReplies.Settle(deferred, Command(2, 1), isRedelivered: false).ShouldBeSameAs(deferred);
        StepReplies.Settle(deferred, Command(1, 1), isRedelivered: true)
            .ShouldBeOfType<GuardedCall.Answered>().Answer
            .ShouldBe(new HttpStepAnswer.Unknown("CIRCUIT_OPEN", "open", Retryable: true, TimeSpan.FromSeconds(9)));
    }

    private static HttpStepAnswer Settle(HttpStepAnswer answer, int attempt, int round, bool isRedelivered = false) =>
        StepReplies.Settle(new GuardedCall.Answered(answer), Command(attempt, round), isRedelivered)
            .ShouldBeOfType<GuardedCall.Answered>().Answer;

    private static CompensateStep Command(int attempt, int round) => new()
    {
        SagaId = Guid.NewGuid(),
        SagaName = "order",
        SagaVersion = 1,
        Step = "charge",
        Attempt = attempt,
        IdempotencyKey = $"0190f5c2-7d4e-7000-8000-000000000001/charge/compensate/{round}",
        Input = JsonElement.Parse("{}"),
        Results = JsonElement.Parse("{}"),
        Deadline = DateTimeOffset.MaxValue,
    };
}
