using Sagas.Worker.Orchestration;

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
                var excuse = ExcuseFor(state, saga.Facts, facts, participant, effect);
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
        SagaStatus state, SagaFacts saga, StepFacts step, SimulatedParticipant participant, Effect effect)
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

        return participant.Kind == ParticipantKind.Barrier
            ? ExcuseWithBarrier(step, effect)
            : ExcuseWithoutBarrier(effect);
    }

    /// <summary>
    /// A participant that answered "failed, try again" may still do what a copy of that very command tells it, since
    /// the barrier records no such answer. If the report of that is lost as well, nobody can know.
    /// </summary>
    private static string? ExcuseWithBarrier(StepFacts step, Effect effect) =>
        !effect.IsReported && step.Execution.Attempts[effect.Attempt - 1].Outcome == AttemptOutcome.Failed
            ? Exercises.EffectUnreported
            : null;

    /// <summary>
    /// Without the barrier a late effect is undone because its report comes. Lost reports, and doing again under a key
    /// what was known to be done under it, are beyond what the engine can tell.
    /// </summary>
    private static string? ExcuseWithoutBarrier(Effect effect) =>
        !effect.IsReported
            ? Exercises.EffectUnreported
            : effect.IsRepetition ? Exercises.EffectRepeatedUnderItsKey : null;
}
