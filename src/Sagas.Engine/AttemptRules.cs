using System.Globalization;
using Sagas.Contracts;

namespace Sagas.Engine;

/// <summary>What follows an attempt that did not succeed: another one, after a pause or at once, or the end.</summary>
internal static class AttemptRules
{
    /// <summary>The step is due: the pause or the wait is over, or no answer came.</summary>
    public static void Due(Transition transition, StepInstance step, StepDirection direction)
    {
        if (step.Progress(direction).IsInFlight)
        {
            TimedOut(transition, step, direction);
        }
        else
        {
            Send(transition, step, direction);
        }
    }

    /// <summary>Sends the next attempt; one that does not fit into a message ends the attempts.</summary>
    public static void Send(Transition transition, StepInstance step, StepDirection direction)
    {
        if (SizeRules.ObjectionTo(transition, step, direction) is { } error)
        {
            GiveUp(transition, transition.NotSent(step, direction, error), direction, error);
        }
        else
        {
            transition.Send(step, direction);
        }
    }

    /// <summary>The attempt in flight had no effect, for certain.</summary>
    public static void Failed(
        Transition transition,
        StepInstance step,
        StepDirection direction,
        StepError error,
        bool retryable,
        int? retryAfterSeconds) =>
        Ended(transition, step, direction, HistoryEvents.StepFailed, error, retryable, retryAfterSeconds);

    /// <summary>The attempt in flight will get no answer: it may have had its effect.</summary>
    public static void Lost(
        Transition transition,
        StepInstance step,
        StepDirection direction,
        StepError error,
        bool retryable,
        int? retryAfterSeconds) =>
        Ended(transition, step, direction, HistoryEvents.StepOutcomeUnknown, error, retryable, retryAfterSeconds);

    private static void Ended(
        Transition transition,
        StepInstance step,
        StepDirection direction,
        string historyEvent,
        StepError error,
        bool retryable,
        int? retryAfterSeconds)
    {
        step = transition.Update(step with { Error = error });
        var retryAt = retryable ? PauseUntil(transition, step, direction, retryAfterSeconds) : null;
        var attempt = step.Progress(direction).Count;
        transition.Record(historyEvent, step.Name, direction, attempt, new HistoryDetail
        {
            Code = error.Code,
            Message = error.Message,
            Retryable = retryable,
            RetryAt = retryAt,
        });
        RepeatOrGiveUp(transition, step, direction, error, retryAt);
    }

    private static void TimedOut(Transition transition, StepInstance step, StepDirection direction)
    {
        var progress = step.Progress(direction).Abandoned();
        var timeout = DirectionPlan.Of(transition.DefinitionOf(step), direction).Timeout;
        var seconds = timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        var error = new StepError(
            direction == StepDirection.Execute ? FailureCodes.ExecutionTimeout : FailureCodes.CompensationTimeout,
            $"No answer to attempt {progress.Count} came within {seconds} s.");
        step = transition.Update(step.With(direction, progress) with { Error = error });

        // The way forward has somebody waiting at its end; the way back has all the time there is.
        var retryAt = direction == StepDirection.Execute && MayRepeat(transition, step, direction)
            ? transition.Now
            : PauseUntil(transition, step, direction, retryAfterSeconds: null);
        transition.Record(HistoryEvents.StepTimedOut, step.Name, direction, progress.Count, new HistoryDetail
        {
            Code = error.Code,
            Message = error.Message,
            RetryAt = retryAt,
        });
        RepeatOrGiveUp(transition, step, direction, error, retryAt);
    }

    // What is to be undone anyway is not tried again.
    private static bool MayRepeat(Transition transition, StepInstance step, StepDirection direction) =>
        !transition.Saga.IsDoomed
        && step.Progress(direction).CountInSet
            <= DirectionPlan.Of(transition.DefinitionOf(step), direction).Retry.Retries;

    private static DateTimeOffset? PauseUntil(
        Transition transition,
        StepInstance step,
        StepDirection direction,
        int? retryAfterSeconds)
    {
        if (!MayRepeat(transition, step, direction))
        {
            return null;
        }

        var policy = DirectionPlan.Of(transition.DefinitionOf(step), direction).Retry;
        var pause = Backoff.Pause(
            policy, step.Progress(direction).CountInSet, transition.Random, retryAfterSeconds);
        return EngineTime.Precise(transition.Now + pause);
    }

    private static void RepeatOrGiveUp(
        Transition transition,
        StepInstance step,
        StepDirection direction,
        StepError error,
        DateTimeOffset? retryAt)
    {
        if (retryAt <= transition.Now)
        {
            Send(transition, step, direction);
        }
        else if (retryAt is not null)
        {
            transition.Update(step with { DueAt = retryAt });
        }
        else
        {
            GiveUp(transition, step, direction, error);
        }
    }

    private static void GiveUp(Transition transition, StepInstance step, StepDirection direction, StepError error)
    {
        if (direction == StepDirection.Execute)
        {
            ForwardRules.GiveUp(transition, step, error);
        }
        else
        {
            CompensationRules.GiveUp(transition, step, error);
        }
    }
}
