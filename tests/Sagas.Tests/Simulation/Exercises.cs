using Sagas.Contracts;
using Sagas.Engine;

namespace Sagas.Tests.Simulation;

/// <summary>The names of what a simulation counts beside the faults.</summary>
internal static class Exercises
{
    public const string WriteConflict = "store: a row that another worker changed first";
    public const string ChangedDefinitionRefused = "definition: changed without a new version, refused";
    public const string LaterVersion = "definition: a saga on a later version";
    public const string NullCompensation = "barrier: null compensation";
    public const string FailureRepeated = "barrier: copy of a command that had failed, not carried out";
    public const string LateExecutionRefused = "barrier: execution after its compensation, refused";
    public const string RecordedReply = "participant: recorded reply sent again";
    public const string EffectAfterCompensation = "participant: effect after its compensation, without a barrier";
    public const string EffectOfCompleted = "effect: of a completed saga";
    public const string EffectOfSuspended = "effect: of a suspended saga";
    public const string EffectOfAborted = "effect: of a saga aborted on the way forward";
    public const string EffectWithoutCompensation = "effect: of a step without compensation";
    public const string EffectLeftToOperator = "effect: left to an operator who skipped or aborted";
    public const string EffectUnreported = "effect: whose report was lost after the engine was told otherwise";
    public const string EffectRepeatedUnderItsKey = "effect: done again under a key that was known";

    public const string GroupStarted = "group: started";
    public const string GroupWaits = "group: one step failed for good, and others have yet to answer";
    public const string GroupStuck = "group: several steps stuck at once";
    public const string DueTogether = "group: several steps due at once";
    public const string DeadlineBetweenSteps = "deadline: passed between two steps";

    public const string ResultNotKept = "size: a result that is not kept";
    public const string CompensationNotSent = "size: a compensation that is not sent, since the limit was lowered";
    public const string NotSentPastPivot = "size: a command that is not sent, past the pivot";

    public const string Undecided = "undecided: a saga left to another worker";
    public const string UndecidedAgain = "undecided: looked at in vain once more";
    public const string UndecidedMessage = "undecided: a message that waits";
    public const string UndecidedStart = "undecided: a start that waits";
    public const string MovedAside = "undecided: a message on which deciding throws, moved aside";
    public const string DecidedSince = "undecided: decided about by another worker";

    private static readonly string[,] StateChanges = Names();

    private static readonly (SagaStatus From, SagaStatus To)[] ExpectedChanges =
    [
        (SagaStatus.Running, SagaStatus.Completed),
        (SagaStatus.Running, SagaStatus.Compensating),
        (SagaStatus.Running, SagaStatus.Compensated),
        (SagaStatus.Running, SagaStatus.Suspended),
        (SagaStatus.Compensating, SagaStatus.Compensated),
        (SagaStatus.Compensating, SagaStatus.Suspended),
        (SagaStatus.Compensating, SagaStatus.Aborted),
        (SagaStatus.Suspended, SagaStatus.Running),
        (SagaStatus.Suspended, SagaStatus.Compensating),
        (SagaStatus.Suspended, SagaStatus.Completed),
        (SagaStatus.Suspended, SagaStatus.Compensated),
        (SagaStatus.Suspended, SagaStatus.Aborted),
        (SagaStatus.Compensated, SagaStatus.Compensating),
        (SagaStatus.Aborted, SagaStatus.Compensating),
    ];

    /// <summary>All that a simulation of some size must have exercised.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        WriteConflict,
        ChangedDefinitionRefused,
        LaterVersion,
        GroupStarted,
        GroupWaits,
        GroupStuck,
        DueTogether,
        DeadlineBetweenSteps,
        ResultNotKept,
        CompensationNotSent,
        NotSentPastPivot,
        Undecided,
        UndecidedAgain,
        UndecidedMessage,
        UndecidedStart,
        MovedAside,
        DecidedSince,
        NullCompensation,
        FailureRepeated,
        LateExecutionRefused,
        RecordedReply,
        EffectAfterCompensation,
        EffectOfCompleted,
        EffectOfSuspended,
        EffectOfAborted,
        EffectWithoutCompensation,
        EffectLeftToOperator,
        .. ExpectedChanges.Select(change => StateChanges[(int)change.From, (int)change.To]),
        .. typeof(HistoryEvents).GetFields().Select(field => (string)field.GetRawConstantValue()!).Select(Recorded),
        .. new[] { RefusalCodes.MissingReason, RefusalCodes.InvalidState, RefusalCodes.PastPivot }.Select(Refused),
        "reply: success of an execution",
        "reply: success of a compensation",
        "reply: retryable failure",
        "reply: definite failure",
        "reply: lost, may be asked again",
        "reply: lost for good",
        "reply: put off",
        "operator: RetrySaga",
        "operator: SkipStep",
        "operator: CancelSaga",
        "operator: AbortSaga",
    ];

    /// <summary>Counts a committed transition.</summary>
    public static void Count(Coverage coverage, Delivery delivery, SagaInstance? before, SagaTransition transition)
    {
        var saga = transition.Saga;
        if (before is null && saga.Version > 1)
        {
            coverage.Count(LaterVersion);
        }

        if (before is not null && before.State != saga.State)
        {
            coverage.Count(StateChanges[(int)before.State, (int)saga.State]);
        }

        CountGroups(coverage, delivery, before, transition);
        CountSizes(coverage, transition);
        foreach (var record in transition.History)
        {
            coverage.Count(Recorded(record.Event));
        }

        switch (delivery.Input)
        {
            case SagaInput.Reply { Message: StepFailed failed }:
                coverage.Count(failed.Retryable ? "reply: retryable failure" : "reply: definite failure");
                break;
            case SagaInput.Reply { Message: StepOutcomeUnknown lost }:
                coverage.Count(lost.Retryable ? "reply: lost, may be asked again" : "reply: lost for good");
                break;
            case SagaInput.Reply { Message: StepDeferred }:
                coverage.Count("reply: put off");
                break;
            case SagaInput.Reply { Message: var reply }:
                coverage.Count(reply.Direction == StepDirection.Execute
                    ? "reply: success of an execution"
                    : "reply: success of a compensation");
                break;
            case SagaInput.Operator { Command: var command }:
                coverage.Count(transition.Refusal is { } refusal
                    ? Refused(refusal.Code)
                    : $"operator: {command.GetType().Name}");
                break;
        }
    }

    private static void CountGroups(
        Coverage coverage, Delivery delivery, SagaInstance? before, SagaTransition transition)
    {
        var saga = transition.Saga;
        var isDue = delivery.Input is SagaInput.Due;
        if (transition.History.Count(record => record is { Event: HistoryEvents.StepSent, Attempt: 1 }) > 1)
        {
            coverage.Count(GroupStarted);
        }

        if (saga.IsDoomed && before?.IsDoomed == false)
        {
            coverage.Count(GroupWaits);
        }

        if (saga.State == SagaStatus.Suspended && saga.Steps.Count(step => step.IsStuck) > 1 && before?.State != saga.State)
        {
            coverage.Count(GroupStuck);
        }

        if (isDue && transition.History.Count(record => record.Event is HistoryEvents.StepTimedOut) > 1)
        {
            coverage.Count(DueTogether);
        }

        if (!isDue && transition.History.Any(record => record.Event == HistoryEvents.SagaDeadlinePassed))
        {
            coverage.Count(DeadlineBetweenSteps);
        }
    }

    private static void CountSizes(Coverage coverage, SagaTransition transition)
    {
        foreach (var record in transition.History)
        {
            if (record.Detail?.Code == FailureCodes.ResultTooLarge && record.Event != HistoryEvents.SagaCompensating)
            {
                coverage.Count(ResultNotKept);
            }

            if (record.Event == HistoryEvents.StepNotSent)
            {
                coverage.Count(record.Direction == StepDirection.Compensate ? CompensationNotSent
                    : transition.Saga.State is SagaStatus.Running or SagaStatus.Suspended ? NotSentPastPivot
                    : "size: a command that is not sent");
            }
        }
    }

    private static string Recorded(string historyEvent) => string.Intern($"history: {historyEvent}");

    private static string Refused(string code) => $"operator: refused with {code}";

    private static string[,] Names()
    {
        var states = Enum.GetValues<SagaStatus>();
        var names = new string[states.Length, states.Length];
        foreach (var from in states)
        {
            foreach (var to in states)
            {
                names[(int)from, (int)to] = $"state: {from} to {to}";
            }
        }

        return names;
    }
}
