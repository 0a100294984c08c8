using System.Globalization;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Orchestration.Resilience;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>Writes replies to the commands of HTTP steps.</summary>
internal static class StepReplies
{
    /// <summary>
    /// What a call under a key that may have been called before comes to: a failure settles nothing then, nor does a
    /// call that was not made. A key was called before, maybe, when the broker delivers the command again, or when
    /// there are more attempts than rounds of the key: every attempt whose outcome is known raises the round.
    /// </summary>
    public static GuardedCall Settle(GuardedCall call, IStepCommand command, bool isRedelivered)
    {
        var round = command.IdempotencyKey[(command.IdempotencyKey.LastIndexOf('/') + 1)..];
        var hasUnknown = command.Attempt > int.Parse(round, CultureInfo.InvariantCulture);
        return call switch
        {
            GuardedCall.Deferred x when isRedelivered =>
                new GuardedCall.Answered(new HttpStepAnswer.Unknown(x.Code, x.Message, RetryAfter: x.Wait)),
            GuardedCall.Answered x when isRedelivered || hasUnknown => new GuardedCall.Answered(Unsettled(x.Answer)),
            _ => call,
        };
    }

    // A 409 may well mean that the earlier call is still being worked on.
    private static HttpStepAnswer Unsettled(HttpStepAnswer answer) => answer.Unsettled() switch
    {
        HttpStepAnswer.Unknown { Code: "HTTP_409" } conflict => conflict with { Retryable = true },
        var unsettled => unsettled,
    };

    public static StepSucceeded Succeeded(
        IStepCommand command, StepDirection direction, HttpStepAnswer.Succeeded answer) => new()
        {
            SagaId = command.SagaId,
            Step = command.Step,
            Direction = direction,
            Attempt = command.Attempt,
            Result = answer.Result,
        };

    public static StepFailed Failed(
        IStepCommand command, StepDirection direction, HttpStepAnswer.Failed answer) => new()
        {
            SagaId = command.SagaId,
            Step = command.Step,
            Direction = direction,
            Attempt = command.Attempt,
            Code = answer.Code,
            Message = answer.Message,
            Retryable = answer.Retryable,
            RetryAfterSeconds = Seconds(answer.RetryAfter),
        };

    public static StepOutcomeUnknown Unknown(
        IStepCommand command, StepDirection direction, HttpStepAnswer.Unknown answer) => new()
        {
            SagaId = command.SagaId,
            Step = command.Step,
            Direction = direction,
            Attempt = command.Attempt,
            Code = answer.Code,
            Message = answer.Message,
            Retryable = answer.Retryable,
            RetryAfterSeconds = Seconds(answer.RetryAfter),
        };

    public static StepDeferred Deferred(
        IStepCommand command, StepDirection direction, GuardedCall.Deferred deferred) => new()
        {
            SagaId = command.SagaId,
            Step = command.Step,
            Direction = direction,
            Attempt = command.Attempt,
            Wait = deferred.Wait,
            Code = deferred.Code,
            Message = deferred.Message,
        };

    public static StepDeferred Deferred(
        IStepCommand command,
        StepDirection direction,
        GuardedCall.ForAnother reason,
        TimeSpan shortestWait,
        TimeSpan longestWait) => new()
        {
            SagaId = command.SagaId,
            Step = command.Step,
            Direction = direction,
            Attempt = command.Attempt,
            Wait = shortestWait,
            LongestWait = longestWait,
            Code = reason.Code,
            Message = reason.Message,
        };

    private static int? Seconds(TimeSpan? time) =>
        time is { } some ? (int)Math.Ceiling(Math.Clamp(some.TotalSeconds, 0, int.MaxValue)) : null;
}
