using Sagas.Contracts;

namespace Sagas.Engine;

/// <summary>
/// Which replies count. A success tells of an effect whenever it comes; a failure only ends the attempt in flight.
/// </summary>
internal static class ReplyRules
{
    /// <summary>
    /// Ignored replies are recorded only while a saga has fewer history records than this, so that a flood of
    /// duplicates does not fill the table; from then on they change nothing at all.
    /// </summary>
    public const int MaxHistoryWithIgnoredReplies = 500;

    private const string NotInFlight = "The attempt is not in flight.";

    public static void Apply(Transition transition, IStepReply reply)
    {
        var step = transition.Saga.FindStep(reply.Step);
        if (step is null)
        {
            Ignore(transition, reply, "The saga has no such step.");
        }
        else if (!step.Progress(reply.Direction).WasSent(reply.Attempt))
        {
            Ignore(transition, reply, "No such attempt was sent.");
        }
        else if (reply is StepFailed failed)
        {
            Failed(transition, step, failed);
        }
        else if (reply is StepOutcomeUnknown unknown)
        {
            Unknown(transition, step, unknown);
        }
        else if (reply is StepDeferred deferred)
        {
            Deferred(transition, step, deferred);
        }
        else if (step.Progress(reply.Direction).IsKnown(reply.Attempt))
        {
            Ignore(transition, reply, "The success under this idempotency key is known.");
        }
        else if (reply is StepSucceeded { Direction: StepDirection.Execute } executed)
        {
            Executed(transition, step, executed);
        }
        else
        {
            Compensated(transition, step, reply);
        }
    }

    private static void Failed(Transition transition, StepInstance step, StepFailed reply)
    {
        var progress = step.Progress(reply.Direction);
        if (!progress.Awaits(reply.Attempt))
        {
            Ignore(transition, reply, NotInFlight);
            return;
        }

        step = step.With(reply.Direction, progress.Failed());
        var error = Error(reply.Code, reply.Message);
        AttemptRules.Failed(transition, step, reply.Direction, error, reply.Retryable, reply.RetryAfterSeconds);
    }

    private static void Unknown(Transition transition, StepInstance step, StepOutcomeUnknown reply)
    {
        var progress = step.Progress(reply.Direction);
        if (!progress.Awaits(reply.Attempt))
        {
            Ignore(transition, reply, NotInFlight);
            return;
        }

        step = step.With(reply.Direction, progress.Abandoned());
        var error = Error(reply.Code, reply.Message);
        AttemptRules.Lost(transition, step, reply.Direction, error, reply.Retryable, reply.RetryAfterSeconds);
    }

    private static StepError Error(string code, string message)
    {
        code = EngineText.Limit(code, EngineText.MaxCode);
        return new StepError(
            code.Length == 0 ? FailureCodes.Unspecified : code,
            EngineText.Limit(message, EngineText.MaxMessage));
    }

    private static void Deferred(Transition transition, StepInstance step, StepDeferred reply)
    {
        if (step.Progress(reply.Direction).Awaits(reply.Attempt))
        {
            DeferralRules.Deferred(transition, step, reply);
        }
        else
        {
            Ignore(transition, reply, NotInFlight);
        }
    }

    private static void Executed(Transition transition, StepInstance step, StepSucceeded reply)
    {
        var saga = transition.Saga;
        step = transition.Update(step with { Execution = step.Execution.Succeeded(reply.Attempt) });
        if (saga.HasTurnedBack)
        {
            CompensationRules.LateEffect(transition, step, reply.Attempt, reply.Result);
        }
        else if (saga.IsTerminal || step.Status == StepStatus.Succeeded)
        {
            // Nothing to do: the saga only goes forward, or has gone on from here and would undo the step anyway.
            transition.Record(HistoryEvents.LateSuccess, step.Name, StepDirection.Execute, reply.Attempt);
        }
        else
        {
            ForwardRules.Succeeded(transition, step, reply.Attempt, reply.Result);
        }
    }

    private static void Compensated(Transition transition, StepInstance step, IStepReply reply)
    {
        var isInHand = transition.Saga.CurrentStep == step.Name
            && step.Status is StepStatus.Compensating or StepStatus.CompensationFailed;
        if (!isInHand || reply.Attempt <= step.Compensation.RunStart)
        {
            Ignore(transition, reply, "Another compensation, or none, is in hand.");
            return;
        }

        step = transition.Update(step with { Compensation = step.Compensation.Succeeded(reply.Attempt) });
        CompensationRules.Succeeded(transition, step, reply.Attempt);
    }

    private static void Ignore(Transition transition, IStepReply reply, string reason)
    {
        if (transition.Saga.HistorySequence < MaxHistoryWithIgnoredReplies)
        {
            transition.Record(
                HistoryEvents.ReplyIgnored,
                EngineText.Limit(reply.Step, EngineText.MaxName),
                reply.Direction,
                reply.Attempt,
                new HistoryDetail { Reply = reply.GetType().Name, Reason = reason });
        }
    }
}
