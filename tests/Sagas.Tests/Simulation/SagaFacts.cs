using System.Text;
using System.Text.Json;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Engine.Definitions;

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

    /// <summary>How much fits into a message, for the worker that decides.</summary>
    public EngineLimits Limits { get; set; } = EngineLimits.Default;

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

    /// <summary>
    /// Whether a command has the result of another step. One key stands for one request: what comes at any time is no
    /// part of it. A compensation has its own step's, and those that it names.
    /// </summary>
    public static bool HasResultOf(StepFacts step, StepFacts other, StepDirection direction) =>
        other.HasResult && Needs(step, other, direction);

    private static bool Needs(StepFacts step, StepFacts other, StepDirection direction) => direction switch
    {
        StepDirection.Compensate => other == step || step.Definition.Compensation!.Results.Contains(other.Name),
        _ when step.Definition.Results is { } named => named.Contains(other.Name),
        _ => !other.IsBeside(step),
    };

    /// <summary>Whether the next command of a step fits into a message.</summary>
    public bool Fits(StepFacts step, StepDirection direction) =>
        Fits(Steps.Where(other => HasResultOf(step, other, direction)).Select(other => (other.Name, other.ResultBytes)));

    private bool Fits(IEnumerable<(string Name, int Bytes)> results)
    {
        // {"name":result,"name":result}
        var bytes = results.Sum(result => result.Name.Length + 4 + result.Bytes);
        return InputBytes + Math.Max(2, bytes + 1) <= Limits.PayloadBytes;
    }

    private static readonly int InputBytes = Bytes(SimulatedWorker.Input);

    private static int Bytes(JsonElement json) => Encoding.UTF8.GetByteCount(json.GetRawText());

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
            step.IsOperators = false;
            TryKeep(step, reply);
            return Happening.LateEffect;
        }

        if (IsTerminal || step.HasSucceeded)
        {
            return Happening.Known;
        }

        var wasRunning = step.IsRunning;
        step.HasSucceeded = true;
        (step.IsRunning, step.IsStuck) = (false, false);
        if (!TryKeep(step, reply))
        {
            Doom();
        }

        return wasRunning ? Happening.Executed : Happening.Known;
    }

    /// <summary>A result with which the step could not be undone is not kept.</summary>
    private bool TryKeep(StepFacts step, StepSucceeded reply)
    {
        var bytes = reply.Result is { } json ? Bytes(json) : "null".Length;
        var started = Steps
            .Where(other => other.Order > 0 && other.Definition.Compensation is not null)
            .Where(other => Needs(other, step, StepDirection.Compensate))
            .ToList();
        var fits = started.TrueForAll(other => Fits(Steps
            .Where(one => one != step && HasResultOf(other, one, StepDirection.Compensate))
            .Select(one => (one.Name, one.ResultBytes))
            .Append((step.Name, bytes))));
        if (fits)
        {
            (step.HasResult, step.ResultBytes) = (true, bytes);
            started.ForEach(other => other.CompensationFitsInto = Limits.PayloadBytes);
        }

        return fits;
    }

    /// <summary>The saga turns back when the others of the group have answered, and tries none again.</summary>
    public void Doom()
    {
        if (!HasPassedPivot && !IsDoomed)
        {
            IsDoomed = true;
            foreach (var other in Running.Where(other => !other.IsAwaiting).ToList())
            {
                other.GetStuck();
            }
        }
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
