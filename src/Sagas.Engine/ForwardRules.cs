using System.Text.Json;
using Sagas.Contracts;

namespace Sagas.Engine;

/// <summary>
/// The way forward: one step, or one group of steps at once, after the other, up to the end or to a step that fails for
/// good.
/// </summary>
internal static class ForwardRules
{
    /// <summary>Starts the next step, or the whole next group, or ends the saga.</summary>
    public static void Advance(Transition transition)
    {
        if (transition.Saga.Steps.FirstOrDefault(step => step.Status == StepStatus.Pending) is not { } next)
        {
            transition.End(SagaStatus.Completed, HistoryEvents.SagaCompleted);
            transition.Publish(SagaEvents.Completed(transition));
        }
        else if (DeadlineRules.HasPassed(transition))
        {
            DeadlineRules.TurnBack(transition);
        }
        else if (!HasPassedPivot(transition) && SizeRules.FirstUnsendable(transition) is var (unsendable, error))
        {
            NotSent(transition, unsendable, error);
            Doom(transition, unsendable, error);
            Proceed(transition);
        }
        else
        {
            Start(transition, next);
        }
    }

    /// <summary>
    /// Goes on behind the step or group in hand once each of its steps is over: back if one has failed for good, or to
    /// an operator where there is no way back.
    /// </summary>
    public static void Proceed(Transition transition)
    {
        var steps = transition.Saga.Steps;
        if (steps.Any(step => step.Status == StepStatus.Running))
        {
            return;
        }

        if (transition.Saga.Failure is { } failure)
        {
            CompensationRules.TurnBack(transition, failure);
        }
        else if (steps.Where(step => step.IsStuck).MinBy(step => step.Order ?? int.MaxValue) is { } stuck)
        {
            var error = stuck.Error!;
            transition.Suspend(new SagaFailure(stuck.Name, StepDirection.Execute, error.Code, error.Message));
        }
        else
        {
            Advance(transition);
        }
    }

    /// <summary>An execution is known to have had its effect, on the way forward.</summary>
    public static void Succeeded(Transition transition, StepInstance step, int attempt, JsonElement? result)
    {
        var inHand = step.Status == StepStatus.Running;
        step = transition.Update(step with { Status = StepStatus.Succeeded, EndedAt = transition.Now });
        var objection = SizeRules.ObjectionTo(transition, step, result);
        if (objection is null)
        {
            transition.SetResult(step, result);
        }

        transition.Record(
            HistoryEvents.StepSucceeded, step.Name, StepDirection.Execute, attempt, HistoryDetail.Of(objection));
        transition.Publish(SagaEvents.StepCompleted(transition, step, result, isKept: objection is null));
        if (objection is not null)
        {
            Doom(transition, transition.Update(step with { Error = objection }), objection);
        }

        if (inHand)
        {
            Proceed(transition);
        }
    }

    /// <summary>The attempts to execute a step are over.</summary>
    public static void GiveUp(Transition transition, StepInstance step, StepError error)
    {
        step = End(transition, step);
        transition.Publish(SagaEvents.StepFailed(transition, step, error));
        if (transition.DefinitionOf(step).Pivot && step.Status == StepStatus.Unknown)
        {
            // If it had its effect nothing may be undone, and if it had not nothing may follow: only people can tell.
            var message = $"Whether pivot step '{step.Name}' had its effect is unknown, so that the saga can "
                + "neither go on nor turn back. Find out, then skip the step, retry it or abort the saga. "
                + $"{error.Code}: {error.Message}";
            transition.Suspend(new SagaFailure(
                step.Name,
                StepDirection.Execute,
                FailureCodes.PivotOutcomeUnknown,
                EngineText.Limit(message, EngineText.MaxMessage)));
            return;
        }

        Doom(transition, step, error);
        Proceed(transition);
    }

    /// <summary>A command to execute a step cannot be sent: its attempts are over.</summary>
    public static void NotSent(Transition transition, StepInstance step, StepError error)
    {
        step = End(transition, transition.NotSent(step, StepDirection.Execute, error));
        transition.Publish(SagaEvents.StepFailed(transition, step, error));
    }

    /// <summary>Awaits no answer any more: what is in flight may have had its effect.</summary>
    public static void Abandon(Transition transition)
    {
        foreach (var step in transition.Saga.Steps.Where(step => step.Status == StepStatus.Running))
        {
            End(transition, step);
        }
    }

    /// <summary>Whether the saga only goes forward.</summary>
    public static bool HasPassedPivot(Transition transition) =>
        Pivot(transition)?.Status is StepStatus.Succeeded or StepStatus.Skipped;

    /// <summary>The pivot, if it may have its effect: the saga cannot turn back until that is known.</summary>
    public static StepInstance? PivotUnderWay(Transition transition) =>
        Pivot(transition) is { } pivot && (pivot.Execution.IsInFlight || pivot.Execution.HasUnknown) ? pivot : null;

    private static StepInstance? Pivot(Transition transition) =>
        transition.Definition.Steps.FirstOrDefault(step => step.Pivot) is { } pivot
            ? transition.Saga.FindStep(pivot.Name)
            : null;

    private static void Start(Transition transition, StepInstance next)
    {
        foreach (var step in transition.Saga.Steps.Where(step => step.Name == next.Name || step.IsBeside(next)))
        {
            if (SizeRules.ObjectionTo(transition, step, StepDirection.Execute) is { } error)
            {
                NotSent(transition, step, error);
            }
            else
            {
                transition.Send(step, StepDirection.Execute);
            }
        }

        if (!transition.Saga.Steps.Any(step => step.Status == StepStatus.Running))
        {
            Proceed(transition);
        }
    }

    /// <summary>The saga turns back as soon as what is in flight has been answered, unless it is past its pivot.</summary>
    private static void Doom(Transition transition, StepInstance step, StepError error)
    {
        if (!HasPassedPivot(transition) && !transition.Saga.IsDoomed)
        {
            var failure = new SagaFailure(step.Name, StepDirection.Execute, error.Code, error.Message);
            transition.Saga = transition.Saga with { Failure = failure };
            GiveUpThoseWhoWait(transition);
        }
    }

    /// <summary>Another attempt of what will be undone anyway would be in vain.</summary>
    private static void GiveUpThoseWhoWait(Transition transition)
    {
        var waiting = transition.Saga.Steps
            .Where(step => step.Status == StepStatus.Running && !step.Execution.IsInFlight)
            .OrderBy(step => step.Order);
        foreach (var step in waiting)
        {
            var ended = End(transition, step);
            transition.Record(HistoryEvents.StepGivenUp, ended.Name, StepDirection.Execute, ended.Execution.Count);
            transition.Publish(SagaEvents.StepFailed(transition, ended, ended.Error!));
        }
    }

    private static StepInstance End(Transition transition, StepInstance step)
    {
        var execution = step.Execution.Abandoned();
        return transition.Update(step with
        {
            Execution = execution,
            Status = execution.HasUnknown ? StepStatus.Unknown : StepStatus.Failed,
            EndedAt = transition.Now,
        });
    }
}
