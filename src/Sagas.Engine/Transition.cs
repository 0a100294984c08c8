using System.Text.Json;
using Sagas.Contracts;
using Sagas.Contracts.Text;
using Sagas.Engine.Definitions;

namespace Sagas.Engine;

/// <summary>A transition in the making: the state so far, and what has gathered to be sent and recorded.</summary>
internal sealed class Transition(
    SagaDefinition definition,
    SagaInstance saga,
    DateTimeOffset now,
    Func<double> random,
    EngineLimits limits)
{
    private readonly SagaInstance _before = saga;
    private readonly List<OutgoingMessage> _messages = [];
    private readonly List<HistoryRecord> _history = [];

    /// <summary>The definition that the saga runs on.</summary>
    public SagaDefinition Definition { get; } = definition;

    /// <summary>The state so far.</summary>
    public SagaInstance Saga { get; set; } = saga;

    /// <summary>The instant at which all of it happens.</summary>
    public DateTimeOffset Now { get; } = now;

    /// <summary>Gives numbers from 0 to less than 1.</summary>
    public Func<double> Random { get; } = random;

    /// <summary>How much fits into a message.</summary>
    public EngineLimits Limits { get; } = limits;

    /// <summary>The definition of a step.</summary>
    public StepDefinition DefinitionOf(StepInstance step) => Definition.Steps.First(other => other.Name == step.Name);

    /// <summary>Puts a step in the place of the one of the same name. One that is not in hand is not due.</summary>
    public StepInstance Update(StepInstance step)
    {
        step = step.Status is StepStatus.Running or StepStatus.Compensating ? step : step with { DueAt = null };
        Saga = Saga with { Steps = [.. Saga.Steps.Select(other => other.Name == step.Name ? step : other)] };
        return step;
    }

    /// <summary>Makes a step's result known to the commands that follow.</summary>
    public void SetResult(StepInstance step, JsonElement? result) =>
        Saga = Saga with { Results = Saga.Results.With(step.Name, result is { } json ? StorableJson.Of(json) : null) };

    /// <summary>Sends the next attempt of a direction, and waits for its answer.</summary>
    public void Send(StepInstance step, StepDirection direction)
    {
        var plan = DirectionPlan.Of(DefinitionOf(step), direction);
        var before = step.Progress(direction);
        var progress = before.Sent();
        var deadline = Now + plan.Timeout;
        step = Update(step.With(direction, progress) with
        {
            Status = direction == StepDirection.Execute ? StepStatus.Running : StepStatus.Compensating,
            Order = step.Order ?? Saga.Steps.Max(other => other.Order ?? 0) + 1,
            StartedAt = step.StartedAt ?? Now,
            EndedAt = direction == StepDirection.Execute ? null : step.EndedAt,
            DueAt = deadline,
        });
        TakeInHand(step, direction);

        var command = StepCommands.Create(Definition, Saga, step, direction, deadline);
        _messages.Add(new OutgoingMessage.Command(plan.Participant, command));
        if (before.IsDeferred && !before.IsWaitRecorded)
        {
            return;
        }

        Record(HistoryEvents.StepSent, step.Name, direction, progress.Count, new HistoryDetail
        {
            IdempotencyKey = command.IdempotencyKey,
            Deadline = deadline,
        });
    }

    /// <summary>The next command of a step is known not to have been sent.</summary>
    public StepInstance NotSent(StepInstance step, StepDirection direction, StepError error)
    {
        step = Update(step with { Error = error });
        Record(HistoryEvents.StepNotSent, step.Name, direction, detail: HistoryDetail.Of(error));
        return step;
    }

    /// <summary>Parks the saga at the step in hand until an operator decides.</summary>
    public void Suspend(SagaFailure failure)
    {
        TakeInHand(Saga.FindStep(failure.Step)!, failure.Direction);
        var cause = Saga.Failure is { Direction: StepDirection.Compensate } ? Saga.Failure.Cause : Saga.Failure;
        Saga = Saga with
        {
            State = SagaStatus.Suspended,
            Failure = failure with { Cause = cause },
            // Its listeners have heard now that it is not at its end, and are to hear when it is again. An aborted saga
            // returns to its state in silence: saga.aborted tells of an operator's act, which is not repeated.
            EndedAs = Saga.EndedAs == SagaStatus.Compensated ? null : Saga.EndedAs,
        };
        Record(HistoryEvents.SagaSuspended, failure.Step, failure.Direction, Saga.Attempt, new HistoryDetail
        {
            Code = failure.Code,
            Message = failure.Message,
        });
        Publish(SagaEvents.Suspended(this, failure));
    }

    /// <summary>Brings the saga to a terminal state.</summary>
    public void End(SagaStatus state, string historyEvent, HistoryDetail? detail = null)
    {
        Saga = Saga with
        {
            State = state,
            CurrentStep = null,
            Direction = null,
            Attempt = 0,
            EndedAs = null,
            EndedAt = Now,
        };
        Record(historyEvent, detail: detail);
    }

    /// <summary>Appends to the history.</summary>
    public void Record(
        string historyEvent,
        string? step = null,
        StepDirection? direction = null,
        int? attempt = null,
        HistoryDetail? detail = null)
    {
        Saga = Saga with { HistorySequence = Saga.HistorySequence + 1 };
        _history.Add(new HistoryRecord(Saga.HistorySequence, Now, historyEvent, step, direction, attempt, detail));
    }

    /// <summary>Publishes an event that was made with <see cref="SagaEvents"/>, and counts it.</summary>
    public void Publish(ISagaEvent message)
    {
        Saga = Saga with { EventSequence = message.Sequence };
        _messages.Add(new OutgoingMessage.Event(message));
    }

    /// <summary>Refuses an operator's command: nothing has changed.</summary>
    public SagaTransition Refuse(string code, string message) => new(_before, [], [], new Refusal(code, message));

    /// <summary>The finished transition: the row says what is in hand, and when it is due.</summary>
    public SagaTransition Finish()
    {
        if (ReferenceEquals(Saga, _before))
        {
            return new(Saga, _messages, _history);
        }

        if (Saga.State == SagaStatus.Running)
        {
            TakeInHand(
                Saga.Steps.Where(step => step.Status == StepStatus.Running).MinBy(step => step.Order)!,
                StepDirection.Execute);
        }

        return new(Saga with { DueAt = DueRules.NextAt(this), UpdatedAt = Now }, _messages, _history);
    }

    private void TakeInHand(StepInstance step, StepDirection direction) => Saga = Saga with
    {
        CurrentStep = step.Name,
        Direction = direction,
        Attempt = step.Progress(direction).Count,
    };
}
