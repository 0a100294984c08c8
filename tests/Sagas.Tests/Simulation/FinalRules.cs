using Sagas.Engine;

namespace Sagas.Tests.Simulation;

/// <summary>What must be so when nothing is under way any more.</summary>
internal static class FinalRules
{
    public static void Check(SimulatedSaga saga, Coverage coverage)
    {
        var row = saga.Row!;
        var state = Enum.Parse<SagaStatus>(row.State);
        Invariant.Require(
            state is not (SagaStatus.Running or SagaStatus.Compensating),
            Invariant.Ends,
            () => $"Saga {saga.Index} is {row.State} and nothing happens any more.");
        foreach (var participant in saga.Participants)
        {
            var facts = saga.Facts.Steps.First(step => step.Name == participant.Step);
            foreach (var effect in participant.Effects.Where(effect => !effect.IsUndone))
            {
                var excuse = ExcuseFor(state, saga.Facts, facts, participant.Kind, effect);
                Invariant.Require(
                    excuse is not null,
                    Invariant.EffectUndone,
                    () => $"Saga {saga.Index} is {row.State}, and the effect under {effect.Key} is there.");
                coverage.Count(excuse);
            }

            CheckThere(saga, state, facts, participant);
        }
    }

    private static void CheckThere(
        SimulatedSaga saga, SagaStatus state, StepFacts facts, SimulatedParticipant participant)
    {
        var mustBeThere = facts.HasSucceeded && !saga.Facts.HasTurnedBack;
        Invariant.Require(
            state != SagaStatus.Completed || facts.HasSucceeded || facts.IsSkipped,
            Invariant.EffectThere,
            () => $"Saga {saga.Index} is {state}, and {facts.Name} was never done.");
        Invariant.Require(
            !mustBeThere || participant.Effects.Exists(effect => !effect.IsUndone),
            Invariant.EffectThere,
            () => $"Saga {saga.Index} is {state}, and {facts.Name} has no effect.");
    }

    /// <summary>Why an effect may be there, or <see langword="null"/>.</summary>
    private static string? ExcuseFor(
        SagaStatus state, SagaFacts saga, StepFacts step, ParticipantKind participant, Effect effect)
    {
        if (state == SagaStatus.Completed)
        {
            return Exercises.EffectOfCompleted;
        }

        if (state == SagaStatus.Suspended)
        {
            return Exercises.EffectOfSuspended;
        }

        // An operator aborted it on the way forward: nothing was ever to be undone by the engine.
        if (state == SagaStatus.Aborted && !saga.HasTurnedBack)
        {
            return Exercises.EffectOfAborted;
        }

        if (step.Definition.Compensation is null)
        {
            return Exercises.EffectWithoutCompensation;
        }

        // What was known of when an operator skipped its compensation or aborted the saga; a late success ends that.
        if (step.IsOperators)
        {
            return Exercises.EffectLeftToOperator;
        }

        return MayBeUnknown(step, participant, effect) switch
        {
            false => null,
            _ when effect.IsRepetition => Exercises.EffectRepeatedUnderItsKey,
            _ => Exercises.EffectUnreported,
        };
    }

    /// <summary>
    /// No report of it came that could be told from a copy of an earlier one, and nothing else says that it is there.
    /// The participant did it after it had compensated the step; or it remembers nothing, and a copy of a command did
    /// it to which the answer had been that there was no effect.
    /// </summary>
    private static bool MayBeUnknown(StepFacts step, ParticipantKind participant, Effect effect) =>
        !effect.IsReported && participant switch
        {
            ParticipantKind.Barrier or ParticipantKind.Noting => false,
            ParticipantKind.Remembering => effect.IsLate,
            _ => effect.IsLate || step.Execution.Attempts[effect.Attempt - 1].Outcome == AttemptOutcome.Failed,
        };
}
