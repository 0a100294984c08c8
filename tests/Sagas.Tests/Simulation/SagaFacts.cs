using Sagas.Contracts;
using Sagas.Worker.Definitions;
using Sagas.Worker.Orchestration;

namespace Sagas.Tests.Simulation;

/// <summary>
/// What is known of a saga by watching alone, kept apart from what the engine says of it. Tells what each input means
/// by the rules.
/// </summary>
internal sealed class SagaFacts(SagaDefinition definition)
{
    public IReadOnlyList<StepFacts> Steps { get; } = [.. definition.Steps.Select(step => new StepFacts(step))];

    /// <summary>The step in hand.</summary>
    public StepFacts? Step { get; set; }

    /// <summary>The direction of the step in hand.</summary>
    public StepDirection Direction { get; set; }

    /// <summary>Whether an answer is awaited.</summary>
    public bool IsAwaiting { get; set; }

    public SagaStatus State { get; set; }

    /// <summary>For how many seconds the participant in hand wants to be left alone.</summary>
    public int? Wish { get; private set; }

    public SagaStatus? EndedAs { get; set; }

    public DateTimeOffset? DueAt { get; set; }

    public bool HasTurnedBack { get; set; }

    public bool IsTerminal => State is SagaStatus.Completed or SagaStatus.Compensated or SagaStatus.Aborted;

    public bool HasPassedPivot =>
        Steps.FirstOrDefault(step => step.Definition.Pivot) is { } pivot && (pivot.HasSucceeded || pivot.IsSkipped);

    /// <summary>What the input means; it is known from now on.</summary>
    public Happening Take(SagaInput? input, DateTimeOffset now) => input switch
    {
        null => Happening.Started,
        SagaInput.Reply { Message: StepFailed failed } => Take(failed),
        SagaInput.Reply { Message: StepOutcomeUnknown lost } => Take(lost),
        SagaInput.Reply { Message: StepDeferred deferred } => Take(deferred),
        SagaInput.Reply { Message: StepSucceeded { Direction: StepDirection.Execute } executed } => Executed(executed),
        SagaInput.Reply { Message: var compensated } => Compensated(compensated),
        SagaInput.Operator { Command: var command } => Take(command),
        _ => Due(now),
    };

    /// <summary>Why an operator's command must be refused, or <see langword="null"/>.</summary>
    public string? RefusalOf(IOperatorCommand command)
    {
        if (command.Operator.Trim().Length == 0 || command.Reason.Trim().Length == 0)
        {
            return RefusalCodes.MissingReason;
        }

        if (State != (command is CancelSaga ? SagaStatus.Running : SagaStatus.Suspended))
        {
            return RefusalCodes.InvalidState;
        }

        if (command is SkipStep { Step: var meant } && meant != Step!.Name)
        {
            return RefusalCodes.InvalidState;
        }

        var mayPass = HasPassedPivot
            || (Step!.Definition.Pivot && (IsAwaiting || Step.Execution.HasUnknown));
        return command is CancelSaga && mayPass ? RefusalCodes.PastPivot : null;
    }

    private Happening Take(StepFailed reply)
    {
        if (!IsAwaited(reply))
        {
            return Happening.Nothing;
        }

        Settle(AttemptOutcome.Failed);
        Wish = reply.RetryAfterSeconds;
        return reply.Retryable ? Happening.FailedRetryably : Happening.FailedForGood;
    }

    private Happening Take(StepOutcomeUnknown reply)
    {
        if (!IsAwaited(reply))
        {
            return Happening.Nothing;
        }

        Settle(AttemptOutcome.Unknown);
        Wish = reply.RetryAfterSeconds;
        return reply.Retryable ? Happening.LostRetryably : Happening.LostForGood;
    }

    private Happening Take(StepDeferred reply)
    {
        if (!IsAwaited(reply))
        {
            return Happening.Nothing;
        }

        // Another copy of the command may have come through.
        Settle(AttemptOutcome.Deferred);
        return Happening.PutOff;
    }

    private bool IsAwaited(IStepReply reply) =>
        Find(reply) is { } step
        && IsAwaiting
        && step == Step
        && reply.Direction == Direction
        && reply.Attempt == step.Of(Direction).Count;

    private Happening Executed(StepSucceeded reply)
    {
        if (Find(reply) is not { } step || step.Execution.IsKnown(reply.Attempt))
        {
            return Happening.Nothing;
        }

        var isInHand = step == Step && Direction == StepDirection.Execute;
        if (isInHand)
        {
            GiveUpWaiting();
        }

        step.Execution.Mark(reply.Attempt, AttemptOutcome.Succeeded);
        if (HasTurnedBack)
        {
            step.IsOwed = step.Definition.Compensation is not null;
            step.IsOperators = false;
            return Happening.LateEffect;
        }

        if (IsTerminal || step.HasSucceeded)
        {
            return Happening.Known;
        }

        step.HasSucceeded = true;
        return isInHand && State == SagaStatus.Running ? Happening.Executed : Happening.Known;
    }

    private Happening Compensated(IStepReply reply)
    {
        var counts = Find(reply) is { } step
            && step == Step
            && Direction == StepDirection.Compensate
            && !step.IsRunDone
            && reply.Attempt > step.Compensation.RunStart;
        if (!counts)
        {
            return Happening.Nothing;
        }

        GiveUpWaiting();
        Step!.Compensation.Mark(reply.Attempt, AttemptOutcome.Succeeded);
        Step.IsRunDone = true;
        return State == SagaStatus.Suspended ? Happening.Known : Happening.Compensated;
    }

    private Happening Due(DateTimeOffset now)
    {
        if (DueAt is null || now < DueAt)
        {
            return Happening.Nothing;
        }

        if (!IsAwaiting)
        {
            return Happening.PauseOver;
        }

        Settle(AttemptOutcome.Unknown);
        Wish = null;
        return Happening.TimedOut;
    }

    private Happening Take(IOperatorCommand command)
    {
        if (RefusalOf(command) is not null)
        {
            return Happening.Nothing;
        }

        switch (command)
        {
            case RetrySaga:
                return Happening.Retried;
            case SkipStep:
                Skip();
                return Happening.Skipped;
            case CancelSaga:
                GiveUpWaiting();
                return Happening.Cancelled;
            default:
                foreach (var step in Steps)
                {
                    (step.IsOwed, step.IsOperators) = (false, true);
                }

                return Happening.Aborted;
        }
    }

    private void Skip()
    {
        if (Direction == StepDirection.Execute)
        {
            Step!.IsSkipped |= !Step.HasSucceeded;
        }
        else if (!Step!.IsRunDone)
        {
            (Step.IsOwed, Step.IsOperators) = (false, true);
        }
    }

    private void GiveUpWaiting()
    {
        if (IsAwaiting || Step!.Of(Direction).IsPutOff)
        {
            Settle(AttemptOutcome.Unknown);
        }
    }

    private void Settle(AttemptOutcome outcome)
    {
        var attempts = Step!.Of(Direction);
        attempts.Mark(attempts.Count, outcome);
        IsAwaiting = false;
    }

    /// <summary>The step that the reply is to, if such an attempt was sent.</summary>
    private StepFacts? Find(IStepReply reply) => Steps.FirstOrDefault(step =>
        step.Name == reply.Step && reply.Attempt >= 1 && reply.Attempt <= step.Of(reply.Direction).Count);
}
