using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Engine.Definitions;

namespace Sagas.Tests.Simulation;

/// <summary>The state as it follows from the history alone.</summary>
internal sealed class HistoryReplay(SagaDefinition definition)
{
    private readonly List<ReplayedStep> _steps = [.. definition.Steps.Select(step => new ReplayedStep(step.Name))];
    private int _sequence;
    private SagaStatus _state;
    private string? _current;
    private StepDirection? _direction;
    private int _attempt;

    public void Apply(IReadOnlyList<HistoryRecord> history)
    {
        foreach (var record in history)
        {
            Invariant.Require(
                record.Sequence == ++_sequence,
                Invariant.History,
                () => $"{record.Event} is number {record.Sequence}, not {_sequence}.");
            Apply(record);
        }
    }

    /// <summary>Holds the row against it.</summary>
    public void Check(SagaInstance saga)
    {
        if (_state == SagaStatus.Running)
        {
            var first = _steps.Where(step => step.Status == StepStatus.Running).MinBy(step => step.Order)!;
            (_current, _direction, _attempt) = (first.Name, StepDirection.Execute, first.Executions);
        }

        Invariant.Require(
            (saga.HistorySequence, saga.State) == (_sequence, _state)
            && (saga.CurrentStep, saga.Direction, saga.Attempt) == (_current, _direction, _attempt),
            Invariant.History,
            () => $"By the history the saga is {_state} with {_direction} {_current} #{_attempt} in hand after "
                + $"{_sequence} records; the row says {saga.State}, {saga.Direction} {saga.CurrentStep} "
                + $"#{saga.Attempt}, {saga.HistorySequence}.");
        for (var index = 0; index < _steps.Count; index++)
        {
            var (step, replayed) = (saga.Steps[index], _steps[index]);
            var status = step.Status == StepStatus.Unknown ? StepStatus.Failed : step.Status;
            Invariant.Require(
                (step.Name, status, step.Execution.Count, step.Compensation.Count)
                    == (replayed.Name, replayed.Status, replayed.Executions, replayed.Compensations),
                Invariant.History,
                () => $"By the history {replayed.Name} is {replayed.Status} after {replayed.Executions} attempts to "
                    + $"execute and {replayed.Compensations} to compensate; the row says {step.Status}, "
                    + $"{step.Execution.Count}, {step.Compensation.Count}.");
        }
    }

    private void Apply(HistoryRecord record)
    {
        var step = _steps.FirstOrDefault(other => other.Name == record.Step);
        switch (record.Event)
        {
            case HistoryEvents.SagaStarted:
                _state = SagaStatus.Running;
                break;
            case HistoryEvents.StepSent:
                Send(step!, record);
                break;
            case HistoryEvents.StepDeferred:
                step!.PutOff = (record.Direction!.Value, record.Attempt!.Value);
                break;
            case HistoryEvents.StepSucceeded:
                step!.Status = StepStatus.Succeeded;
                break;
            case HistoryEvents.StepCompensated:
                step!.Status = StepStatus.Compensated;
                break;
            case HistoryEvents.StepFailed or HistoryEvents.StepTimedOut or HistoryEvents.StepOutcomeUnknown
                when record.Detail!.RetryAt is null:
                step!.Status = record.Direction == StepDirection.Execute
                    ? StepStatus.Failed
                    : StepStatus.CompensationFailed;
                break;
            case HistoryEvents.LateSuccess:
                ApplyLate(step!);
                break;
            case HistoryEvents.StepNotSent:
                step!.Status = record.Direction == StepDirection.Execute
                    ? StepStatus.Failed
                    : StepStatus.CompensationFailed;
                break;
            case HistoryEvents.StepGivenUp:
                step!.Status = StepStatus.Failed;
                break;
            case HistoryEvents.SagaCancelled or HistoryEvents.SagaDeadlinePassed:
                foreach (var running in _steps.Where(other => other.Status == StepStatus.Running))
                {
                    running.Status = StepStatus.Failed;
                }

                break;
            case HistoryEvents.StepPassedOver:
                step!.Status = StepStatus.PassedOver;
                break;
            case HistoryEvents.SagaCompensating or HistoryEvents.SagaReopened:
                _state = SagaStatus.Compensating;
                break;
            case HistoryEvents.SagaSuspended:
                _state = SagaStatus.Suspended;
                (_current, _direction, _attempt) = (record.Step, record.Direction, record.Attempt!.Value);
                break;
            case HistoryEvents.SagaRetried or HistoryEvents.StepSkipped:
                Resume(step!, record);
                break;
            case HistoryEvents.SagaCompleted or HistoryEvents.SagaCompensated or HistoryEvents.SagaAborted:
                _state = Enum.Parse<SagaStatus>(record.Event["Saga".Length..]);
                (_current, _direction, _attempt) = (null, null, 0);
                break;
        }
    }

    private void Send(ReplayedStep step, HistoryRecord record)
    {
        var isExecution = record.Direction == StepDirection.Execute;
        var isNext = step.PutOff != (record.Direction!.Value, record.Attempt!.Value);
        step.PutOff = default;
        step.Executions += isExecution && isNext ? 1 : 0;
        step.Compensations += !isExecution && isNext ? 1 : 0;
        step.Status = isExecution ? StepStatus.Running : StepStatus.Compensating;
        step.Order = step.Order == 0 ? _steps.Max(other => other.Order) + 1 : step.Order;
        (_current, _direction, _attempt) = (step.Name, record.Direction, record.Attempt!.Value);
        Invariant.Require(
            _attempt == (isExecution ? step.Executions : step.Compensations),
            Invariant.History,
            () => $"{_direction} {_current} left as #{_attempt}.");
    }

    private void ApplyLate(ReplayedStep step)
    {
        var hasTurnedBack = _state is SagaStatus.Compensating or SagaStatus.Compensated
            || (_state == SagaStatus.Suspended && _direction == StepDirection.Compensate)
            || (_state == SagaStatus.Aborted && _steps.Exists(
                other => other.Compensations > 0 || other.Status == StepStatus.CompensationFailed));
        var isInHand = step.Name == _current && step.Status is StepStatus.Compensating or StepStatus.CompensationFailed;
        if (hasTurnedBack && !isInHand)
        {
            step.Status = StepStatus.Succeeded;
        }
    }

    private void Resume(ReplayedStep step, HistoryRecord record)
    {
        if (record.Event == HistoryEvents.StepSkipped)
        {
            step.Status = step.Status switch
            {
                StepStatus.Failed => StepStatus.Skipped,
                StepStatus.CompensationFailed => StepStatus.CompensationSkipped,
                var settled => settled,
            };
        }

        _state = record.Direction == StepDirection.Execute ? SagaStatus.Running : SagaStatus.Compensating;
    }

    private sealed class ReplayedStep(string name)
    {
        public string Name { get; } = name;

        public StepStatus Status { get; set; }

        public int Order { get; set; }

        /// <summary>The attempt that waits to be sent again; none is number 0.</summary>
        public (StepDirection Direction, int Attempt) PutOff { get; set; }

        public int Executions { get; set; }

        public int Compensations { get; set; }
    }
}
