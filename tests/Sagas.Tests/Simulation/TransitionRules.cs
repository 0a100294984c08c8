using Sagas.Contracts;
using Sagas.Engine;

namespace Sagas.Tests.Simulation;

/// <summary>Holds each decision of the engine against what the rules demand of it, given the facts.</summary>
internal static class TransitionRules
{
    public static void Check(
        SagaFacts facts, SagaInput? input, SagaInstance? before, SagaTransition transition, DateTimeOffset now)
    {
        now = EngineTime.Precise(now);
        if (input is SagaInput.Operator { Command: var command })
        {
            var refusal = facts.RefusalOf(command);
            Invariant.Require(
                refusal == transition.Refusal?.Code,
                Invariant.Operators,
                () => $"{command.GetType().Name} of a saga that is {before!.State}: expected refusal '{refusal}', was "
                    + $"'{transition.Refusal?.Code}'.");
        }

        var decision = new Decision(facts, input, before, transition, now);
        Check(decision, facts.Take(input, now));
        decision.Require(
            transition.Saga.State == SagaStatus.Running || !facts.Running.Any(),
            Invariant.Together,
            "A saga does not wait for the others of the group");
        decision.Commands.ExpectNoMore();
        InHandRules.Check(facts, transition.Saga);
        facts.State = transition.Saga.State;
        facts.DueAt = transition.Saga.DueAt;
    }

    private static void Check(Decision decision, Happening happening)
    {
        switch (happening)
        {
            case Happening.Nothing or Happening.Known:
                decision.ExpectNothing(happening);
                break;
            case Happening.Started:
                (decision.Facts.StartedAt, decision.Facts.State) = (decision.Now, SagaStatus.Running);
                WayForwardRules.ExpectNext(decision);
                break;
            case Happening.Executed:
                WayForwardRules.ExpectProceeding(decision);
                break;
            case Happening.LateEffect:
                WayBackRules.ExpectReopening(decision);
                break;
            case Happening.Compensated:
                WayBackRules.ExpectNext(decision);
                break;
            case Happening.FailedRetryably or Happening.FailedForGood
                or Happening.LostRetryably or Happening.LostForGood:
                RepetitionRules.Expect(decision, decision.Replied, happening);
                break;
            case Happening.PutOff:
                RepetitionRules.ExpectWait(decision);
                break;
            case Happening.Due:
                RepetitionRules.ExpectWhatIsDue(decision);
                break;
            case Happening.DeadlinePassed:
                WayBackRules.ExpectTurnBack(decision, Invariant.Deadline);
                break;
            case Happening.Retried:
                ExpectRetry(decision);
                break;
            case Happening.Skipped:
                ExpectAdvance(decision);
                break;
            case Happening.Cancelled:
                WayBackRules.ExpectTurnBack(decision, Invariant.Operators);
                break;
            case Happening.Aborted:
                decision.ExpectEnd(SagaStatus.Aborted, Invariant.Operators);
                break;
        }
    }

    private static void ExpectRetry(Decision decision)
    {
        var facts = decision.Facts;
        var direction = facts.Direction;
        var stuck = direction == StepDirection.Execute
            ? facts.Steps.Where(other => other.IsStuck).OrderBy(other => other.Place).ToList()
            : facts.Step!.IsRunDone ? [] : [facts.Step];
        foreach (var step in stuck)
        {
            step.Of(direction).SetStart = step.Of(direction).Count;
            if (!facts.Fits(step, direction))
            {
                continue;
            }

            step.IsStuck = false;
            if (step.Order == 0)
            {
                step.Order = facts.Steps.Max(other => other.Order) + 1;
            }

            decision.ExpectAttempt(step, Invariant.Operators);
        }

        if (direction == StepDirection.Compensate && stuck.Count > 0)
        {
            if (!facts.Fits(stuck[0], direction))
            {
                decision.ExpectSuspension(stuck[0], direction, Invariant.Sizes);
            }
        }
        else if (!facts.Running.Any())
        {
            ExpectAdvance(decision);
        }
    }

    private static void ExpectAdvance(Decision decision)
    {
        if (decision.Facts.Direction == StepDirection.Compensate)
        {
            WayBackRules.ExpectNext(decision);
        }
        else
        {
            WayForwardRules.ExpectProceeding(decision);
        }
    }
}
