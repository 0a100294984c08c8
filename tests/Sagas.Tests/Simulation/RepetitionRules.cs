using Sagas.Contracts;
using Sagas.Engine;

namespace Sagas.Tests.Simulation;

/// <summary>What must follow an attempt that did not succeed: another one, in time, or the end of trying.</summary>
internal static class RepetitionRules
{
    /// <summary>An attempt is over without a success.</summary>
    public static void Expect(Decision decision, StepFacts step, Happening happening)
    {
        var facts = decision.Facts;
        var direction = facts.Direction;
        var retry = step.Plan(direction).Retry;
        var attempts = step.Of(direction).CountInSet;
        if (facts.IsDoomed || happening is Happening.FailedForGood or Happening.LostForGood || attempts > retry.Retries)
        {
            ExpectGivingUp(decision, step);
            return;
        }

        var isDueAtOnce = happening == Happening.TimedOut && direction == StepDirection.Execute;
        if (isDueAtOnce && !facts.Fits(step, direction))
        {
            ExpectGivingUp(decision, step);
            return;
        }

        var isInHand = decision.After.FindStep(step.Name)!.DueAt is not null;
        decision.Require(
            isInHand,
            Invariant.Attempts,
            $"{attempts} of {1 + retry.Retries} attempts are used, and the saga gives up");
        if (isDueAtOnce)
        {
            decision.ExpectAttempt(step, Invariant.Attempts);
            return;
        }

        var isAtOnce = decision.Commands.IsNext(step);
        PauseRules.Check(retry, attempts, step.Wish, isAtOnce ? TimeSpan.Zero : decision.PauseOf(step));
        if (isAtOnce)
        {
            decision.ExpectAttempt(step, Invariant.Attempts);
        }
    }

    /// <summary>
    /// Pauses are over, or answers overdue. Several steps of a group may be due at once; the first one that fails for
    /// good ends the others.
    /// </summary>
    public static void ExpectWhatIsDue(Decision decision)
    {
        var facts = decision.Facts;
        var (direction, turnedBack) = (facts.Direction, facts.HasTurnedBack);
        var due = facts.Steps.Where(step => step.DueAt <= decision.Now).OrderBy(step => step.Order).ToList();
        foreach (var step in due.TakeWhile(_ => facts.HasTurnedBack == turnedBack))
        {
            if (direction == StepDirection.Execute && !step.IsRunning)
            {
                continue;
            }

            if (!step.IsAwaiting && facts.Fits(step, direction))
            {
                decision.ExpectAttempt(step, Invariant.Attempts);
                continue;
            }

            if (!step.IsAwaiting)
            {
                ExpectGivingUp(decision, step);
                continue;
            }

            step.Settle(direction, AttemptOutcome.Unknown);
            step.Wish = null;
            Expect(decision, step, Happening.TimedOut);
        }
    }

    /// <summary>A step was put off.</summary>
    public static void ExpectWait(Decision decision)
    {
        var (before, after) = (decision.Before!, decision.After);
        var isInHand = (after.State, after.CurrentStep, after.Direction, after.Attempt)
            == (before.State, before.CurrentStep, before.Direction, before.Attempt);
        decision.Require(
            isInHand && decision.Commands.IsEmpty, Invariant.Waits, "A step that is put off moves the saga");
        var progress = after.FindStep(decision.Reply.Step)!.Progress(decision.Reply.Direction);
        PauseRules.CheckWait((StepDeferred)decision.Reply, progress.Waits, decision.PauseOf(decision.Replied));
    }

    private static void ExpectGivingUp(Decision decision, StepFacts step)
    {
        var facts = decision.Facts;
        decision.Require(
            !decision.Commands.IsNext(step), Invariant.Attempts, "There is one attempt more than the policy allows");
        if (facts.Direction == StepDirection.Compensate)
        {
            decision.ExpectSuspension(step, StepDirection.Compensate, Invariant.Ends);
            return;
        }

        step.GetStuck();
        if (step.Definition.Pivot && step.MayHaveEffect)
        {
            decision.ExpectSuspension(step, StepDirection.Execute, Invariant.Pivot);
            return;
        }

        facts.Doom();
        WayForwardRules.ExpectProceeding(decision);
    }
}
