using Sagas.Contracts;
using Sagas.Engine;

namespace Sagas.Tests.Simulation;

/// <summary>What the row says of the steps in hand, which must be what the facts say.</summary>
internal static class InHandRules
{
    public static void Check(SagaFacts facts, SagaInstance saga)
    {
        facts.State = saga.State;
        var isOnTheWay = saga.State is SagaStatus.Running or SagaStatus.Compensating;
        foreach (var step in facts.Steps)
        {
            var isInHand = isOnTheWay
                && (facts.Direction == StepDirection.Execute ? step.IsRunning : step == facts.Step);
            var dueAt = saga.FindStep(step.Name)!.DueAt;
            Invariant.Require(
                dueAt is not null == isInHand,
                Invariant.AlwaysDue,
                () => $"{step.Name} is due at {dueAt:O}, and it is {(isInHand ? "" : "not ")}in hand.");
            step.DueAt = dueAt;
        }

        var first = isOnTheWay && facts.Direction == StepDirection.Execute ? facts.Running.FirstOrDefault() : facts.Step;
        var expected = first is null ? default : (first.Name, facts.Direction, first.Of(facts.Direction).Count);
        Invariant.Require(
            (saga.CurrentStep, saga.Direction ?? default, saga.Attempt) == expected
            && saga.Direction is null == first is null,
            Invariant.OneInFlight,
            () => $"{expected} is in hand; the row says {saga.Direction} {saga.CurrentStep} #{saga.Attempt}.");

        var due = isOnTheWay ? facts.Steps.Min(step => step.DueAt) : null;
        due = facts.Deadline < due ? facts.Deadline : due;
        Invariant.Require(
            saga.DueAt == due, Invariant.AlwaysDue, () => $"The saga is due at {saga.DueAt:O}, not at {due:O}.");
    }
}
