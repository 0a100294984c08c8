using System.Text.Json;
using Sagas.Contracts;

namespace Sagas.Engine;

/// <summary>Makes the events of a saga's life, each numbered as the next one.</summary>
internal static class SagaEvents
{
    public static SagaStarted Started(Transition transition) => new()
    {
        SagaId = transition.Saga.SagaId,
        SagaName = transition.Saga.Name,
        SagaVersion = transition.Saga.Version,
        Sequence = transition.Saga.EventSequence + 1,
        OccurredAt = transition.Now,
    };

    public static SagaStepCompleted StepCompleted(
        Transition transition, StepInstance step, JsonElement? value, bool isKept)
    {
        // As it is stored: a text that is none may be in what came.
        var result = value is null || !isKept
            ? (JsonElement?)null
            : transition.Saga.Results.GetProperty(step.Name);
        var fits = isKept && (result is not { } json || SizeRules.Fits(transition, json));
        return new()
        {
            SagaId = transition.Saga.SagaId,
            SagaName = transition.Saga.Name,
            SagaVersion = transition.Saga.Version,
            Sequence = transition.Saga.EventSequence + 1,
            OccurredAt = transition.Now,
            Step = step.Name,
            Attempts = step.Execution.Count,
            Result = fits ? result : null,
            ResultOmitted = fits ? null : true,
        };
    }

    public static SagaStepFailed StepFailed(Transition transition, StepInstance step, StepError error) => new()
    {
        SagaId = transition.Saga.SagaId,
        SagaName = transition.Saga.Name,
        SagaVersion = transition.Saga.Version,
        Sequence = transition.Saga.EventSequence + 1,
        OccurredAt = transition.Now,
        Step = step.Name,
        Attempts = step.Execution.Count,
        Code = error.Code,
        Message = error.Message,
    };

    public static SagaCompensating Compensating(Transition transition, SagaFailure failure) => new()
    {
        SagaId = transition.Saga.SagaId,
        SagaName = transition.Saga.Name,
        SagaVersion = transition.Saga.Version,
        Sequence = transition.Saga.EventSequence + 1,
        OccurredAt = transition.Now,
        Code = failure.Code,
        Message = failure.Message,
    };

    public static SagaStepCompensated StepCompensated(Transition transition, StepInstance step) => new()
    {
        SagaId = transition.Saga.SagaId,
        SagaName = transition.Saga.Name,
        SagaVersion = transition.Saga.Version,
        Sequence = transition.Saga.EventSequence + 1,
        OccurredAt = transition.Now,
        Step = step.Name,
        Attempts = step.Compensation.Count - step.Compensation.RunStart,
    };

    public static SagaCompleted Completed(Transition transition)
    {
        var fits = SizeRules.Fits(transition, transition.Saga.Results);
        return new()
        {
            SagaId = transition.Saga.SagaId,
            SagaName = transition.Saga.Name,
            SagaVersion = transition.Saga.Version,
            Sequence = transition.Saga.EventSequence + 1,
            OccurredAt = transition.Now,
            Results = fits ? transition.Saga.Results : JsonObjects.Empty,
            ResultsOmitted = fits ? null : true,
        };
    }

    public static SagaCompensated Compensated(Transition transition) => new()
    {
        SagaId = transition.Saga.SagaId,
        SagaName = transition.Saga.Name,
        SagaVersion = transition.Saga.Version,
        Sequence = transition.Saga.EventSequence + 1,
        OccurredAt = transition.Now,
    };

    public static SagaSuspended Suspended(Transition transition, SagaFailure failure) => new()
    {
        SagaId = transition.Saga.SagaId,
        SagaName = transition.Saga.Name,
        SagaVersion = transition.Saga.Version,
        Sequence = transition.Saga.EventSequence + 1,
        OccurredAt = transition.Now,
        Step = failure.Step,
        Direction = failure.Direction,
        Code = failure.Code,
        Message = failure.Message,
    };

    public static SagaAborted Aborted(Transition transition, string who, string reason) => new()
    {
        SagaId = transition.Saga.SagaId,
        SagaName = transition.Saga.Name,
        SagaVersion = transition.Saga.Version,
        Sequence = transition.Saga.EventSequence + 1,
        OccurredAt = transition.Now,
        Operator = who,
        Reason = reason,
    };
}
