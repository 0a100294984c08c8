using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.StateMachine;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Simulation;

/// <summary>What must be so of every row that is committed.</summary>
internal static class RowRules
{
    public static void Check(SagaTransition transition, SagaState row, SagaDefinition definition, DateTimeOffset now)
    {
        var saga = transition.Saga;
        var waits = saga.IsTerminal || saga.State == SagaStatus.Suspended;
        Invariant.Require(
            row.DueAt is null == waits,
            Invariant.AlwaysDue,
            () => $"A saga that is {row.State} is due at {row.DueAt:O}.");
        Invariant.Require(
            row.CurrentStep is null == saga.IsTerminal && row.EndedAt is null != saga.IsTerminal,
            Invariant.History,
            () => $"A saga that is {row.State} has step '{row.CurrentStep}' in hand and ended at {row.EndedAt:O}.");
        Invariant.Require(
            saga.State != SagaStatus.Suspended || saga.Failure is { Code.Length: > 0, Message.Length: > 0 },
            Invariant.Ends,
            "A saga is suspended without a reason.");
        CheckInFlight(transition, row);
        var hasNewDeadline = transition.History is
            [..,
            {
                Event: HistoryEvents.StepSent or HistoryEvents.StepFailed or HistoryEvents.StepTimedOut
                    or HistoryEvents.StepOutcomeUnknown
            }];
        if (!waits && hasNewDeadline)
        {
            CheckDeadline(saga, transition.History[^1], definition, now);
        }
    }

    private static void CheckInFlight(SagaTransition transition, SagaState row)
    {
        var read = SagaStateMapper.Read(row);
        var executed = read.Steps.Where(step => step.Execution.IsInFlight).ToList();
        var compensated = read.Steps.Count(step => step.Compensation.IsInFlight);
        var isOneOrAGroup = executed.Count + compensated <= 1
            || (compensated == 0 && executed.TrueForAll(step => step.Group is { } group && group == executed[0].Group));
        Invariant.Require(isOneOrAGroup, Invariant.OneInFlight, "The row has attempts in flight that exclude each other.");
        foreach (var message in transition.Messages)
        {
            if (message is OutgoingMessage.Command { Message: var command })
            {
                var direction = command is ExecuteStep ? StepDirection.Execute : StepDirection.Compensate;
                var step = read.FindStep(command.Step)!;
                Invariant.Require(
                    step.Progress(direction).Awaits(command.Attempt)
                    && (row.Direction, step.DueAt) == (direction.ToString(), command.Deadline),
                    Invariant.OneInFlight,
                    () => $"{direction} {command.Step} #{command.Attempt} until {command.Deadline:O} leaves; the row "
                        + $"says {row.Direction} #{step.Progress(direction).Count} until {step.DueAt:O}.");
            }
        }
    }

    private static void CheckDeadline(
        SagaInstance saga, HistoryRecord last, SagaDefinition definition, DateTimeOffset now)
    {
        var step = saga.FindStep(last.Step)!;
        var plan = DirectionPlan.Of(definition.Steps.First(other => other.Name == last.Step), saga.Direction!.Value);
        var longest = plan.Retry.MaxInterval * (1 + plan.Retry.Jitter);
        longest = longest > SimulatedParticipant.LongestWish ? longest : SimulatedParticipant.LongestWish;
        var isInFlight = step.Progress(saga.Direction.Value).IsInFlight;
        Invariant.Require(
            step.DueAt is null || step.DueAt <= now + (isInFlight ? plan.Timeout : longest),
            Invariant.AlwaysDue,
            () => $"{step.Name} is due at {step.DueAt:O}, long after {now:O}.");
    }
}
