using Sagas.Contracts;
using Sagas.Persistence;
using Sagas.Worker.Definitions;
using Sagas.Worker.Orchestration;

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
            CheckDeadline(saga, definition, now);
        }
    }

    private static void CheckInFlight(SagaTransition transition, SagaState row)
    {
        var inFlight = transition.Saga.Steps.Sum(step =>
            (step.Execution.IsInFlight ? 1 : 0) + (step.Compensation.IsInFlight ? 1 : 0));
        Invariant.Require(inFlight <= 1, Invariant.OneInFlight, "The row has two attempts in flight.");
        foreach (var message in transition.Messages)
        {
            if (message is OutgoingMessage.Command { Message: var command })
            {
                var direction = command is ExecuteStep ? StepDirection.Execute : StepDirection.Compensate;
                var says = inFlight == 1
                    && (row.CurrentStep, row.Direction, row.Attempt, row.DueAt)
                        == (command.Step, direction.ToString(), command.Attempt, command.Deadline.UtcDateTime);
                Invariant.Require(
                    says,
                    Invariant.OneInFlight,
                    () => $"{direction} {command.Step} #{command.Attempt} until {command.Deadline:O} leaves; the row "
                        + $"says {row.Direction} {row.CurrentStep} #{row.Attempt} until {row.DueAt:O}.");
            }
        }
    }

    private static void CheckDeadline(SagaInstance saga, SagaDefinition definition, DateTimeOffset now)
    {
        var step = definition.Steps.First(step => step.Name == saga.CurrentStep);
        var plan = DirectionPlan.Of(step, saga.Direction!.Value);
        var longest = plan.Retry.MaxInterval * (1 + plan.Retry.Jitter);
        longest = longest > SimulatedParticipant.LongestWish ? longest : SimulatedParticipant.LongestWish;
        var isInFlight = saga.FindStep(saga.CurrentStep)!.Progress(saga.Direction.Value).IsInFlight;
        Invariant.Require(
            saga.DueAt <= now + (isInFlight ? plan.Timeout : longest),
            Invariant.AlwaysDue,
            () => $"The saga is due at {saga.DueAt:O}, long after {now:O}.");
    }
}
