using System.Text.Json;
using Sagas.Contracts;

namespace Sagas.Worker.Orchestration;

/// <summary>The way forward: one step after the other, up to the end or to the step that fails for good.</summary>
internal static class ForwardRules
{
    /// <summary>Starts the next step, or ends the saga.</summary>
    public static void Advance(Transition transition)
    {
        if (transition.Saga.Steps.FirstOrDefault(step => step.Status == StepStatus.Pending) is { } next)
        {
            transition.Send(next, StepDirection.Execute);
            return;
        }

        transition.End(SagaStatus.Completed, HistoryEvents.SagaCompleted);
        transition.Publish(SagaEvents.Completed(transition));
    }

    /// <summary>An execution is known to have had its effect, on the way forward.</summary>
    public static void Succeeded(Transition transition, StepInstance step, int attempt, JsonElement? result)
    {
        var inHand = step.Status == StepStatus.Running;
        step = transition.Update(step with { Status = StepStatus.Succeeded, EndedAt = transition.Now });
        transition.SetResult(step, result);
        transition.Record(HistoryEvents.StepSucceeded, step.Name, StepDirection.Execute, attempt);
        transition.Publish(SagaEvents.StepCompleted(transition, step, result));
        if (inHand)
        {
            Advance(transition);
        }
    }

    /// <summary>The attempts to execute the step in hand are over.</summary>
    public static void GiveUp(Transition transition, StepInstance step, StepError error)
    {
        step = transition.Update(step with
        {
            Status = step.Execution.HasUnknown ? StepStatus.Unknown : StepStatus.Failed,
            EndedAt = transition.Now,
        });
        transition.Publish(SagaEvents.StepFailed(transition, step, error));
        if (HasPassedPivot(transition))
        {
            transition.Suspend(new SagaFailure(step.Name, StepDirection.Execute, error.Code, error.Message));
        }
        else if (transition.DefinitionOf(step).Pivot && step.Status == StepStatus.Unknown)
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
        }
        else
        {
            CompensationRules.TurnBack(
                transition,
                new SagaFailure(step.Name, StepDirection.Execute, error.Code, error.Message));
        }
    }

    /// <summary>Whether the saga only goes forward.</summary>
    public static bool HasPassedPivot(Transition transition) =>
        transition.Definition.Steps.FirstOrDefault(step => step.Pivot) is { } pivot
        && transition.Saga.FindStep(pivot.Name)?.Status is StepStatus.Succeeded or StepStatus.Skipped;
}
