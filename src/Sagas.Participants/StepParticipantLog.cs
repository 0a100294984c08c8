using Microsoft.Extensions.Logging;
using Sagas.Contracts;

namespace Sagas.Participants;

internal static partial class StepParticipantLog
{
    [LoggerMessage(1101, LogLevel.Error,
        "The step {Step} of the saga {SagaId} came to {Queue}, which serves no such step. It was answered as failed; "
        + "correct the queue in the saga's definition, or register the step with AddStepParticipants.")]
    public static partial void UnknownStep(this ILogger logger, string step, Guid sagaId, string? queue);

    [LoggerMessage(1102, LogLevel.Debug,
        "{Direction} {Step} of the saga {SagaId}, attempt {Attempt}: answered with {Outcome}")]
    public static partial void Answered(
        this ILogger logger, StepDirection direction, string step, Guid sagaId, int attempt, string outcome);

    [LoggerMessage(1103, LogLevel.Debug,
        "{Direction} {Step} of the saga {SagaId}, attempt {Attempt}: seen before, the recorded answer is repeated")]
    public static partial void Repeated(
        this ILogger logger, StepDirection direction, string step, Guid sagaId, int attempt);

    [LoggerMessage(1104, LogLevel.Information,
        "Compensate {Step} of the saga {SagaId}: nothing to undo here; a late command to execute it will be refused")]
    public static partial void NothingToUndo(this ILogger logger, string step, Guid sagaId);

    [LoggerMessage(1105, LogLevel.Warning,
        "{Direction} {Step} of the saga {SagaId}, attempt {Attempt}: failed with {Code}; rolled back")]
    public static partial void Failed(
        this ILogger logger,
        StepDirection direction,
        string step,
        Guid sagaId,
        int attempt,
        string code,
        Exception? exception);

    [LoggerMessage(1106, LogLevel.Warning,
        "{Direction} {Step} of the saga {SagaId}, attempt {Attempt}: the outcome is unknown ({Reason}); rolled back "
        + "and not answered, so that the worker asks again under the same idempotency key")]
    public static partial void Unknown(
        this ILogger logger, StepDirection direction, string step, Guid sagaId, int attempt, string reason);

    [LoggerMessage(1107, LogLevel.Warning, "A command could not be carried out; it is tried again in {Pause}")]
    public static partial void Repeating(this ILogger logger, Exception exception, TimeSpan pause);

    [LoggerMessage(1108, LogLevel.Error,
        "A command could not be carried out and is not answered; the worker asks again after the step's timeout")]
    public static partial void GivenUp(this ILogger logger, Exception exception);

    [LoggerMessage(1109, LogLevel.Information,
        "Execute {Step} of the saga {SagaId}, attempt {Attempt}: it came after the compensation and is refused")]
    public static partial void Refused(this ILogger logger, string step, Guid sagaId, int attempt);

    [LoggerMessage(1110, LogLevel.Warning,
        "{Direction} {Step}: its participant says that it only writes, but it does more, or its context does when it "
        + "saves. From now on its commands have transactions of their own; have OnlyWrites return false")]
    public static partial void DoesMoreThanWrite(this ILogger logger, StepDirection direction, string step);

    [LoggerMessage(1111, LogLevel.Warning,
        "{Direction} {Step}: its participant says that it only writes, but it took {Taken}, and others waited. For "
        + "{Pause} its commands have transactions of their own; have OnlyWrites return false if that is what it takes")]
    public static partial void SlowToWrite(
        this ILogger logger, StepDirection direction, string step, TimeSpan taken, TimeSpan pause);
}
