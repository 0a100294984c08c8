using Sagas.Contracts;
using Sagas.Engine;

namespace Sagas.Tests.Simulation;

/// <summary>What must follow on the way back.</summary>
internal static class WayBackRules
{
    /// <summary>The saga turns back: what may have had an effect is owed.</summary>
    public static void ExpectTurnBack(Decision decision, string invariant)
    {
        var facts = decision.Facts;
        decision.Require(!facts.HasPassedPivot, Invariant.Pivot, "A saga turns back past its pivot");
        foreach (var step in facts.Running)
        {
            step.GetStuck();
        }

        (facts.HasTurnedBack, facts.IsDoomed) = (true, false);
        foreach (var step in facts.Steps)
        {
            step.IsStuck = false;
            step.IsOwed = step.MayHaveEffect && step.Definition.Compensation is not null;
        }

        var stops = Next(facts) is { } next && !facts.Fits(next, StepDirection.Compensate);
        decision.Require(
            decision.After.State is SagaStatus.Compensating or SagaStatus.Compensated || stops,
            invariant,
            "The saga does not turn back");
        ExpectNext(decision);
    }

    /// <summary>The last started of the steps that are owed is being undone, or the saga has ended.</summary>
    public static void ExpectNext(Decision decision)
    {
        var facts = decision.Facts;
        if (Next(facts) is not { } next)
        {
            decision.ExpectEnd(facts.EndedAs ?? SagaStatus.Compensated, Invariant.AllUndone);
            return;
        }

        var fits = facts.Fits(next, StepDirection.Compensate);
        decision.Require(
            decision.Commands.IsCompensation || !fits, Invariant.AllUndone, "There are steps that must be undone");
        (facts.Step, facts.Direction) = (next, StepDirection.Compensate);
        (next.IsOwed, next.IsRunDone) = (false, false);
        next.Compensation.SetStart = next.Compensation.RunStart = next.Compensation.Count;
        if (fits)
        {
            decision.ExpectAttempt(next, Invariant.ReverseOrder);
            return;
        }

        decision.Require(
            facts.Limits.PayloadBytes < next.CompensationFitsInto,
            Invariant.CompensationFits,
            $"{next.Name} cannot be undone, although no less fits into a message than when it was done");
        decision.ExpectSuspension(next, StepDirection.Compensate, Invariant.Sizes);
    }

    /// <summary>An effect has become known: a saga that had ended without undoing it is reopened.</summary>
    public static void ExpectReopening(Decision decision)
    {
        var (facts, after) = (decision.Facts, decision.After);
        if (!facts.IsTerminal)
        {
            var isSame = after.State == facts.State && after.DueAt == facts.DueAt;
            decision.Require(
                decision.Commands.IsEmpty && isSame, Invariant.RepliesCount, "A late success moves the saga");
        }
        else if (facts.Steps.Any(step => step.IsOwed))
        {
            facts.EndedAs = facts.State;
            var stops = !facts.Fits(Next(facts)!, StepDirection.Compensate);
            var isReopened = after.State == (stops ? SagaStatus.Suspended : SagaStatus.Compensating);
            decision.Require(isReopened, Invariant.AllUndone, "A late effect does not reopen the saga");
            ExpectNext(decision);
        }
        else
        {
            decision.ExpectEnd(facts.State, Invariant.RepliesCount);
        }
    }

    private static StepFacts? Next(SagaFacts facts) => facts.Steps.Where(step => step.IsOwed).MaxBy(step => step.Order);
}
