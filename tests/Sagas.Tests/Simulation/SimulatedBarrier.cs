using Sagas.Contracts;
using Sagas.Participants;

namespace Sagas.Tests.Simulation;

/// <summary>
/// The barrier of a participant: the real rules, on rows in memory that are committed with the answer.
/// </summary>
internal sealed class SimulatedBarrier(Coverage coverage)
{
    private readonly BarrierRules _rules = new();
    private BarrierState _state = new(null, null);

    public IStepReply Take(StepDelivery delivery, Func<StepOutcome> carryOut)
    {
        var action = _state.Decide(delivery, hasOutsideEffects: false);
        _rules.Check(delivery, action);
        switch (action)
        {
            case BarrierAction.CarryOut:
                return Record(delivery, carryOut());
            case BarrierAction.NothingToUndo:
                coverage.Count(Exercises.NullCompensation);
                return Record(delivery, StepOutcome.Succeeded());
            case BarrierAction.Refuse:
                coverage.Count(Exercises.LateExecutionRefused);
                return RecordedReply.Refusal(delivery);
            default:
                var reply = RecordedReply.Answer(_state.Of(delivery.Direction)!, delivery);
                coverage.Count(reply is StepFailed ? Exercises.FailureRepeated : Exercises.RecordedReply);
                return reply;
        }
    }

    private IStepReply Record(StepDelivery delivery, StepOutcome outcome)
    {
        _rules.Answered(delivery, outcome.Kind);
        var row = RecordedReply.Record(delivery, outcome, World.Epoch.UtcDateTime)!;
        _state = delivery.Direction == StepDirection.Execute
            ? _state with { Execute = row }
            : _state with { Compensate = row };
        return RecordedReply.Answer(row, delivery);
    }
}
