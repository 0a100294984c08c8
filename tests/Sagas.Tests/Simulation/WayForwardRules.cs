using Sagas.Contracts;
using Sagas.Engine;

namespace Sagas.Tests.Simulation;

/// <summary>What must follow on the way forward.</summary>
internal static class WayForwardRules
{
    /// <summary>A step that was being executed is over: the saga waits for the others, then goes on or back.</summary>
    public static void ExpectProceeding(Decision decision)
    {
        var facts = decision.Facts;
        if (facts.Running.Any())
        {
            return;
        }

        if (facts.IsDoomed)
        {
            WayBackRules.ExpectTurnBack(decision, Invariant.Together);
        }
        else if (facts.Steps.Where(step => step.IsStuck).MinBy(step => step.Place) is { } stuck)
        {
            decision.ExpectSuspension(stuck, StepDirection.Execute, Invariant.Pivot);
        }
        else
        {
            ExpectNext(decision);
        }
    }

    /// <summary>The next step, or the whole next group, is on its way.</summary>
    public static void ExpectNext(Decision decision)
    {
        var facts = decision.Facts;
        var next = facts.Steps.FirstOrDefault(step => step.IsPending);
        if (next is null)
        {
            decision.ExpectEnd(SagaStatus.Completed, Invariant.StepsInOrder);
            return;
        }

        if (facts.Deadline <= decision.Now)
        {
            WayBackRules.ExpectTurnBack(decision, Invariant.Deadline);
            return;
        }

        if (!facts.HasPassedPivot
            && facts.Steps.FirstOrDefault(step => step.IsPending && !CanBeUndoneAndDone(facts, step)) is { } unsendable)
        {
            unsendable.GetStuck();
            WayBackRules.ExpectTurnBack(decision, Invariant.Sizes);
            return;
        }

        var areDone = facts.Steps.TakeWhile(step => step != next).All(step => step.HasSucceeded || step.IsSkipped);
        decision.Require(areDone, Invariant.StepsInOrder, "A step before the next one is not done");
        facts.Direction = StepDirection.Execute;
        foreach (var step in facts.Steps.Where(step => step == next || step.IsBeside(next)))
        {
            if (!facts.Fits(step, StepDirection.Execute))
            {
                step.GetStuck();
                continue;
            }

            step.Order = facts.Steps.Max(step => step.Order) + 1;
            step.CompensationFitsInto = facts.Limits.PayloadBytes;
            decision.ExpectAttempt(step, Invariant.StepsInOrder);
        }

        if (!facts.Running.Any())
        {
            ExpectProceeding(decision);
        }
    }

    private static bool CanBeUndoneAndDone(SagaFacts facts, StepFacts step) =>
        facts.Fits(step, StepDirection.Execute)
        && (step.Definition.Compensation is null || facts.Fits(step, StepDirection.Compensate));
}
