using Sagas.Contracts;
using Sagas.Worker.Orchestration;

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
        else if (facts.Steps.Where(step => step.IsStuck).MinBy(step => step.Order) is { } stuck)
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
        var next = facts.Steps.FirstOrDefault(step => step.Order == 0);
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

        var areDone = facts.Steps.TakeWhile(step => step != next).All(step => step.HasSucceeded || step.IsSkipped);
        decision.Require(areDone, Invariant.StepsInOrder, "A step before the next one is not done");
        facts.Direction = StepDirection.Execute;
        foreach (var step in facts.Steps.Where(step => step == next || step.IsBeside(next)))
        {
            step.Order = facts.Steps.Max(step => step.Order) + 1;
            decision.ExpectAttempt(step, Invariant.StepsInOrder);
        }
    }
}
