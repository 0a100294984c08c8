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

    /// <summary>The step that is being compensated, or where the saga stopped.</summary>
    public StepFacts? Step { get; set; }

    /// <summary>The direction that is taken.</summary>
    public StepDirection Direction { get; set; }

    public SagaStatus State { get; set; }

    /// <summary>When the saga was started, by the clock of the worker that did it.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>
    /// Whether a step has failed for good, and the saga turns back when the others of its group are over.
    /// </summary>
    public bool IsDoomed { get; set; }

    public SagaStatus? EndedAs { get; set; }

    public DateTimeOffset? DueAt { get; set; }

    public bool HasTurnedBack { get; set; }

    public bool IsTerminal => State is SagaStatus.Completed or SagaStatus.Compensated or SagaStatus.Aborted;

    public bool HasPassedPivot =>
        Steps.FirstOrDefault(step => step.Definition.Pivot) is { } pivot && (pivot.HasSucceeded || pivot.IsSkipped);

    /// <summary>The pivot may have its effect, which is not known yet.</summary>
    public bool IsPivotUnderWay =>
        Steps.Any(step => step.Definition.Pivot && !step.HasSucceeded && (step.IsAwaiting || step.Execution.HasUnknown));

    /// <summary>The steps that are being executed, in the order of starting.</summary>
    public IEnumerable<StepFacts> Running => Steps.Where(step => step.IsRunning).OrderBy(step => step.Order);

    /// <summary>When the saga turns back by itself, if it can.</summary>
    public DateTimeOffset? Deadline =>
        definition.Deadline is { } time && State == SagaStatus.Running && !HasPassedPivot && !IsPivotUnderWay
            ? StartedAt + time
            : null;

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

        return command is CancelSaga && (HasPassedPivot || IsPivotUnderWay) ? RefusalCodes.PastPivot : null;
    }

    /// <summary>The step that the reply is to, if such an attempt was sent.</summary>
    public StepFacts? Find(IStepReply reply) => Steps.FirstOrDefault(step =>
        step.Name == reply.Step && reply.Attempt >= 1 && reply.Attempt <= step.Of(reply.Direction).Count);

    private Happening Take(StepFailed reply)
    {
        if (!IsAwaited(reply))
        {
            return Happening.Nothing;
        }

        Find(reply)!.Settle(Direction, AttemptOutcome.Failed);
        Find(reply)!.Wish = reply.RetryAfterSeconds;
        return reply.Retryable ? Happening.FailedRetryably : Happening.FailedForGood;
    }

    private Happening Take(StepOutcomeUnknown reply)
    {
        if (!IsAwaited(reply))
        {
            return Happening.Nothing;
        }

        Find(reply)!.Settle(Direction, AttemptOutcome.Unknown);
        Find(reply)!.Wish = reply.RetryAfterSeconds;
        return reply.Retryable ? Happening.LostRetryably : Happening.LostForGood;
    }

    private Happening Take(StepDeferred reply)
    {
        if (!IsAwaited(reply))
        {
            return Happening.Nothing;
        }

        if (IsDoomed)
        {
            // Another copy of the command may have come through.
            Find(reply)!.Settle(Direction, AttemptOutcome.Unknown);
            return Happening.LostForGood;
        }

        Find(reply)!.Settle(Direction, AttemptOutcome.Deferred);
        return Happening.PutOff;
    }

    private bool IsAwaited(IStepReply reply) =>
        Find(reply) is { IsAwaiting: true } step
        && reply.Direction == Direction
        && reply.Attempt == step.Of(Direction).Count;

    private Happening Executed(StepSucceeded reply)
    {
        if (Find(reply) is not { } step || step.Execution.IsKnown(reply.Attempt))
        {
            return Happening.Nothing;
        }

        if (step.IsRunning)
        {
            step.GiveUpWaiting(StepDirection.Execute);
        }

        step.Execution.Mark(reply.Attempt, AttemptOutcome.Succeeded);
        if (HasTurnedBack)
        {
            step.IsOwed = step.Definition.Compensation is not null;
            (step.IsOperators, step.HasResult) = (false, true);
            return Happening.LateEffect;
        }

        if (IsTerminal || step.HasSucceeded)
        {
            return Happening.Known;
        }

        var wasRunning = step.IsRunning;
        (step.HasSucceeded, step.HasResult) = (true, true);
        (step.IsRunning, step.IsStuck) = (false, false);
        return wasRunning ? Happening.Executed : Happening.Known;
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

        Step!.GiveUpWaiting(StepDirection.Compensate);
        Step.Compensation.Mark(reply.Attempt, AttemptOutcome.Succeeded);
        Step.IsRunDone = true;
        return State == SagaStatus.Suspended ? Happening.Known : Happening.Compensated;
    }

    private Happening Due(DateTimeOffset now) =>
        DueAt is null || now < DueAt ? Happening.Nothing
        : Deadline <= now ? Happening.DeadlinePassed
        : Happening.Due;

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
            Step!.IsSkipped |= Step.IsStuck;
            Step.IsStuck = false;
        }
        else if (!Step!.IsRunDone)
        {
            (Step.IsOwed, Step.IsOperators) = (false, true);
        }
    }
}
