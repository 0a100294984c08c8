using Sagas.Contracts;
using Sagas.Persistence;

namespace Sagas.Participants;

/// <summary>
/// The barrier's rules: what it has recorded of a step, and what follows from that for a command. Pure, so that the
/// simulator shows what it is worth.
/// </summary>
/// <remarks>
/// Every definite answer is recorded in the transaction that sends it. A copy of a command that was answered, however
/// late it comes, therefore finds the answer and has no effect: the worker has gone by it.
/// </remarks>
/// <param name="Execute">The row of the execution, if there is one.</param>
/// <param name="Compensate">The row of the compensation, if there is one.</param>
internal sealed record BarrierState(StepBarrier? Execute, StepBarrier? Compensate)
{
    /// <summary>Whether a success of the execution is recorded.</summary>
    public bool HasExecuted => Execute is { ReplyType: BarrierReplyTypes.Succeeded };

    /// <summary>The row of a direction, if there is one.</summary>
    public StepBarrier? Of(StepDirection direction)
    {
        return direction == StepDirection.Execute ? Execute : Compensate;
    }

    /// <param name="delivery">The command.</param>
    /// <param name="hasOutsideEffects">
    /// Whether the step may have had an effect of which no row tells: one outside of the participant's database.
    /// </param>
    public BarrierAction Decide(StepDelivery delivery, bool hasOutsideEffects)
    {
        return delivery.Direction == StepDirection.Execute
            ? DecideExecution(delivery)
            : DecideCompensation(delivery, hasOutsideEffects);
    }

    private BarrierAction DecideExecution(StepDelivery delivery)
    {
        if (Compensate is { ReplyType: BarrierReplyTypes.Succeeded })
        {
            return BarrierAction.Refuse;
        }

        return Execute switch
        {
            null => BarrierAction.CarryOut,
            // A refusal holds while the key stays. The round goes up after a definite answer only, for instance when an
            // operator retries a step past the pivot: the old refusal is no answer to that.
            { ReplyType: BarrierReplyTypes.Failed } refused when delivery.Round > refused.Round
                => BarrierAction.CarryOut,
            { ReplyType: BarrierReplyTypes.FailedRetryably } failed when delivery.Command.Attempt > failed.Attempt
                => BarrierAction.CarryOut,
            _ => BarrierAction.Repeat,
        };
    }

    private BarrierAction DecideCompensation(StepDelivery delivery, bool hasOutsideEffects)
    {
        return Compensate switch
        {
            { ReplyType: BarrierReplyTypes.Succeeded } => BarrierAction.Repeat,
            // What is wrong with a compensation can be put right, whatever the answer was: every later attempt tries.
            { } failed when delivery.Command.Attempt <= failed.Attempt => BarrierAction.Repeat,
            _ when HasExecuted || hasOutsideEffects => BarrierAction.CarryOut,
            _ => BarrierAction.NothingToUndo,
        };
    }
}
