using System.Text.Json;
using Sagas.Contracts;

namespace Sagas.Engine;

/// <summary>The way back: whatever may have had an effect is undone, in the reverse of the order of starting.</summary>
internal static class CompensationRules
{
    /// <summary>Makes a running saga turn back.</summary>
    public static void TurnBack(Transition transition, SagaFailure failure)
    {
        transition.Saga = transition.Saga with { State = SagaStatus.Compensating, Failure = failure };
        transition.Record(HistoryEvents.SagaCompensating, failure.Step, failure.Direction, detail: new HistoryDetail
        {
            Code = failure.Code,
            Message = failure.Message,
        });
        transition.Publish(SagaEvents.Compensating(transition, failure));
        foreach (var step in transition.Saga.Steps
            .Where(step => step.Status is StepStatus.Succeeded or StepStatus.Unknown)
            .OrderByDescending(step => step.Order))
        {
            Owe(transition, step);
        }

        Advance(transition);
    }

    /// <summary>Undoes the last started of the steps that are to be undone, or ends the saga.</summary>
    public static void Advance(Transition transition)
    {
        if (transition.Saga.Steps.Where(step => step.CompensationOwed).MaxBy(step => step.Order) is { } next)
        {
            var step = next with { CompensationOwed = false, Compensation = next.Compensation.NewRun() };
            AttemptRules.Send(transition, step, StepDirection.Compensate);
        }
        else if (transition.Saga.EndedAs is { } state)
        {
            // Its end was announced when it ended first; that one more effect was undone is what step_compensated said.
            var isAborted = state == SagaStatus.Aborted;
            transition.End(state, isAborted ? HistoryEvents.SagaAborted : HistoryEvents.SagaCompensated);
        }
        else
        {
            transition.End(SagaStatus.Compensated, HistoryEvents.SagaCompensated);
            transition.Publish(SagaEvents.Compensated(transition));
        }
    }

    /// <summary>The step in hand was undone.</summary>
    public static void Succeeded(Transition transition, StepInstance step, int attempt)
    {
        step = transition.Update(step with { Status = StepStatus.Compensated, CompensatedAt = transition.Now });
        transition.Record(HistoryEvents.StepCompensated, step.Name, StepDirection.Compensate, attempt);
        transition.Publish(SagaEvents.StepCompensated(transition, step));
        if (transition.Saga.State == SagaStatus.Compensating)
        {
            Advance(transition);
        }
    }

    /// <summary>The attempts to undo the step in hand are over.</summary>
    public static void GiveUp(Transition transition, StepInstance step, StepError error)
    {
        transition.Update(step with { Status = StepStatus.CompensationFailed });
        transition.Suspend(new SagaFailure(step.Name, StepDirection.Compensate, error.Code, error.Message));
    }

    /// <summary>An execution turns out to have had its effect when the saga has already turned back.</summary>
    public static void LateEffect(Transition transition, StepInstance step, int attempt, JsonElement? result)
    {
        var objection = SizeRules.ObjectionTo(transition, step, result);
        if (objection is null)
        {
            transition.SetResult(step, result);
        }

        transition.Record(
            HistoryEvents.LateSuccess, step.Name, StepDirection.Execute, attempt, HistoryDetail.Of(objection));

        // The step in hand stays as it is: what is under way may have come too early for this effect, so that another
        // run follows it.
        var isInHand = step.Name == transition.Saga.CurrentStep
            && step.Status is StepStatus.Compensating or StepStatus.CompensationFailed;
        step = isInHand ? step : transition.Update(step with { Status = StepStatus.Succeeded });
        Owe(transition, step);
        if (transition.Saga is { IsTerminal: true } ended && transition.Saga.Steps.Any(other => other.CompensationOwed))
        {
            transition.Saga = ended with { State = SagaStatus.Compensating, EndedAs = ended.State, EndedAt = null };
            transition.Record(HistoryEvents.SagaReopened, step.Name);
            Advance(transition);
        }
    }

    private static void Owe(Transition transition, StepInstance step)
    {
        if (transition.DefinitionOf(step).Compensation is not null)
        {
            transition.Update(step with { CompensationOwed = true });
            return;
        }

        transition.Update(step with { Status = StepStatus.PassedOver });
        transition.Record(HistoryEvents.StepPassedOver, step.Name);
    }
}
