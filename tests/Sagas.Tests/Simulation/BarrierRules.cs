using Sagas.Contracts;
using Sagas.Participants;

namespace Sagas.Tests.Simulation;

/// <summary>What the barrier promises, held against what it does with each command.</summary>
internal sealed class BarrierRules
{
    private Answer? _execution;
    private Answer? _compensation;

    public void Check(StepDelivery delivery, BarrierAction action)
    {
        var isExecution = delivery.Direction == StepDirection.Execute;
        var last = isExecution ? _execution : _compensation;
        var isCopy = delivery.Command.Attempt <= last?.Attempt;
        var isCompensated = _compensation?.Kind == StepOutcomeKind.Succeeded;
        Require(!isCopy || action != BarrierAction.CarryOut, Invariant.AnsweredOnce, delivery, action);
        Require(!isCompensated || action != BarrierAction.CarryOut, Invariant.NoEffectAfter, delivery, action);
        if (isCopy || isCompensated)
        {
            return;
        }

        var hasEffect = _execution?.Kind == StepOutcomeKind.Succeeded;
        var expected = isExecution ? ToExecute(delivery, hasEffect)
            : hasEffect ? BarrierAction.CarryOut
            : BarrierAction.NothingToUndo;
        Require(action == expected, Invariant.TriedAnew, delivery, action);
    }

    public void Answered(StepDelivery delivery, StepOutcomeKind kind)
    {
        var answer = new Answer(delivery.Command.Attempt, delivery.Round, kind);
        (_execution, _compensation) = delivery.Direction == StepDirection.Execute
            ? (answer, _compensation)
            : (_execution, answer);
    }

    /// <summary>What to do with a later attempt than any that was answered.</summary>
    private BarrierAction ToExecute(StepDelivery delivery, bool hasEffect)
    {
        var isRefused = _execution?.Kind == StepOutcomeKind.Failed && delivery.Round == _execution.Round;
        return hasEffect || isRefused ? BarrierAction.Repeat : BarrierAction.CarryOut;
    }

    private static void Require(bool condition, string invariant, StepDelivery delivery, BarrierAction action) =>
        Invariant.Require(
            condition,
            invariant,
            () => $"{delivery.Command.IdempotencyKey} #{delivery.Command.Attempt}: {action}.");

    private sealed record Answer(int Attempt, int Round, StepOutcomeKind Kind);
}
