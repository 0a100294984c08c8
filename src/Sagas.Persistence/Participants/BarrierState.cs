using System.Globalization;
using Sagas.Contracts;

namespace Sagas.Persistence;

/// <summary>What the barrier has seen of a step, and what follows from it for a command.</summary>
/// <param name="Execute">The row of the execution, if there is one.</param>
/// <param name="Compensate">The row of the compensation, if there is one.</param>
internal sealed record BarrierState(StepBarrier? Execute, StepBarrier? Compensate)
{
    /// <summary>Whether this very delivery has been answered as a failure without effect before.</summary>
    public bool IsAnswered { get; init; }

    /// <summary>The row that a command of that direction has, if there is one.</summary>
    public StepBarrier? Of(StepDirection direction)
    {
        return direction == StepDirection.Execute ? Execute : Compensate;
    }

    public BarrierAction Decide(StepDirection direction, string idempotencyKey)
    {
        return IsAnswered ? BarrierAction.Ignore
            : direction == StepDirection.Execute ? DecideExecution(idempotencyKey)
            : DecideCompensation();
    }

    private BarrierAction DecideExecution(string idempotencyKey)
    {
        return Execute switch
        {
            null => BarrierAction.CarryOut,
            // The round goes up after a definite answer only, for instance when an operator retries a step past the
            // pivot: an old refusal is no answer to that. A late command of the refused round itself still gets it.
            { ReplyType: BarrierReplyTypes.Failed }
                when Round(idempotencyKey) > Round(RecordedReply.Read(Execute).IdempotencyKey)
                => BarrierAction.CarryOut,
            _ => BarrierAction.Repeat,
        };
    }

    private BarrierAction DecideCompensation()
    {
        return (Compensate, Execute) switch
        {
            (not null, _) => BarrierAction.Repeat,
            (null, { ReplyType: BarrierReplyTypes.Succeeded }) => BarrierAction.CarryOut,
            _ => BarrierAction.RefuseExecution,
        };
    }

    /// <summary>The last part of <c>{sagaId}/{step}/{direction}/{round}</c>; 0 where there is none.</summary>
    private static int Round(string idempotencyKey)
    {
        var last = idempotencyKey.AsSpan(idempotencyKey.LastIndexOf('/') + 1);
        return int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var round) ? round : 0;
    }
}
