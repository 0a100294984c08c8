using Sagas.Contracts;
using Sagas.Engine;

namespace Sagas.Tests.Simulation;

/// <summary>A decision of the engine, and what can be demanded of it.</summary>
internal sealed class Decision(
    SagaFacts facts, SagaInput? input, SagaInstance? before, SagaTransition transition, DateTimeOffset now)
{
    /// <summary>What is known of the saga by watching.</summary>
    public SagaFacts Facts { get; } = facts;

    /// <summary>The saga as it was, unless it has just been started.</summary>
    public SagaInstance? Before { get; } = before;

    /// <summary>The saga as the engine has it now.</summary>
    public SagaInstance After { get; } = transition.Saga;

    public DateTimeOffset Now { get; } = now;

    /// <summary>The commands that leave.</summary>
    public CommandRules Commands { get; } = new(facts, transition, now);

    /// <summary>The reply that it is about.</summary>
    public IStepReply Reply => ((SagaInput.Reply)input!).Message;

    /// <summary>The step that the reply is about.</summary>
    public StepFacts Replied => Facts.Steps.First(step => step.Name == Reply.Step);

    /// <summary>How long the saga leaves a step alone.</summary>
    public TimeSpan? PauseOf(StepFacts step) => After.FindStep(step.Name)!.DueAt - Now;

    /// <summary>Nothing has moved.</summary>
    public void ExpectNothing(Happening happening)
    {
        var isSame = After.State == Before!.State
            && After.DueAt == Before.DueAt
            && After.CurrentStep == Before.CurrentStep
            && After.Direction == Before.Direction
            && After.Attempt == Before.Attempt;
        Require(isSame && Commands.IsEmpty, Invariant.RepliesCount, "What does not count moves the saga");
        if (happening == Happening.Nothing)
        {
            Require(
                transition.Messages.Count == 0 && After.Steps.SequenceEqual(Before.Steps),
                Invariant.RepliesCount,
                "What does not count changes a step");
        }
    }

    /// <summary>The next attempt of a step leaves.</summary>
    public void ExpectAttempt(StepFacts step, string invariant)
    {
        step.IsRunning = Facts.Direction == StepDirection.Execute;
        Commands.Expect(step, invariant);
    }

    /// <summary>The saga stops at a step, until an operator decides.</summary>
    public void ExpectSuspension(StepFacts step, StepDirection direction, string invariant)
    {
        Require(After.State == SagaStatus.Suspended && Commands.IsEmpty, invariant, "The saga must be suspended");
        (Facts.Step, Facts.Direction) = (step, direction);
    }

    /// <summary>The saga has ended.</summary>
    public void ExpectEnd(SagaStatus state, string invariant)
    {
        Require(After.State == state && Commands.IsEmpty, invariant, $"The saga is not {state}");
        Facts.Step = null;
    }

    public void Require(bool condition, string invariant, string expectation)
    {
        Invariant.Require(
            condition,
            invariant,
            () => $"{expectation}; saga {Before?.State} to {After.State}, due {After.DueAt:O} at {Now:O}, {Commands}.");
    }
}
