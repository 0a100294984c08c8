using System.Text.Json;
using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// What every event of a saga's life has. Published at least once and, for one saga, in order; <see cref="Sequence"/>
/// tells duplicates. Consume this type, or bind to the exchange <c>saga.event</c>, to see all of them.
/// </summary>
[EntityName("saga.event")]
public interface ISagaEvent
{
    /// <summary>The saga.</summary>
    Guid SagaId { get; }

    /// <summary>The name of the saga's definition.</summary>
    string SagaName { get; }

    /// <summary>The version of the saga's definition, from 1.</summary>
    int SagaVersion { get; }

    /// <summary>The event's number within the saga, from 1, without gaps.</summary>
    int Sequence { get; }

    /// <summary>When it happened (UTC).</summary>
    DateTimeOffset OccurredAt { get; }
}

/// <summary>
/// A saga was stored and its first step is on its way.
/// </summary>
[EntityName("saga.started")]
public sealed record SagaStarted : ISagaEvent
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string SagaName { get; init; }

    /// <inheritdoc/>
    public required int SagaVersion { get; init; }

    /// <inheritdoc/>
    public required int Sequence { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }
}

/// <summary>
/// A step succeeded.
/// </summary>
[EntityName("saga.step_completed")]
public sealed record SagaStepCompleted : ISagaEvent
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string SagaName { get; init; }

    /// <inheritdoc/>
    public required int SagaVersion { get; init; }

    /// <inheritdoc/>
    public required int Sequence { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The step.</summary>
    public required string Step { get; init; }

    /// <summary>How many attempts it took, from 1.</summary>
    public required int Attempts { get; init; }

    /// <summary>What the participant answered, or <see langword="null"/>.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>
    /// <see langword="true"/> if <see cref="Result"/> is absent because it does not fit into a message; it is at the saga,
    /// unless the saga started compensating because of it. Otherwise <see langword="null"/>.
    /// </summary>
    public bool? ResultOmitted { get; init; }
}

/// <summary>
/// A step failed for good: the participant refused it, or its attempts are used up.
/// </summary>
[EntityName("saga.step_failed")]
public sealed record SagaStepFailed : ISagaEvent
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string SagaName { get; init; }

    /// <inheritdoc/>
    public required int SagaVersion { get; init; }

    /// <inheritdoc/>
    public required int Sequence { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The step.</summary>
    public required string Step { get; init; }

    /// <summary>How many attempts it took, 0 if no command could be sent.</summary>
    public required int Attempts { get; init; }

    /// <summary>The stable code of the last error.</summary>
    public required string Code { get; init; }

    /// <summary>The last error, for people.</summary>
    public required string Message { get; init; }
}

/// <summary>
/// A saga began to undo what it did.
/// </summary>
[EntityName("saga.compensating")]
public sealed record SagaCompensating : ISagaEvent
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string SagaName { get; init; }

    /// <inheritdoc/>
    public required int SagaVersion { get; init; }

    /// <inheritdoc/>
    public required int Sequence { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The stable code of why it started compensating: a step's error, or <c>CANCELLED</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Why it started compensating, for people.</summary>
    public required string Message { get; init; }
}

/// <summary>
/// A step was undone.
/// </summary>
[EntityName("saga.step_compensated")]
public sealed record SagaStepCompensated : ISagaEvent
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string SagaName { get; init; }

    /// <inheritdoc/>
    public required int SagaVersion { get; init; }

    /// <inheritdoc/>
    public required int Sequence { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The step.</summary>
    public required string Step { get; init; }

    /// <summary>How many attempts it took, from 1.</summary>
    public required int Attempts { get; init; }
}

/// <summary>
/// Every step of a saga succeeded.
/// </summary>
[EntityName("saga.completed")]
public sealed record SagaCompleted : ISagaEvent
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string SagaName { get; init; }

    /// <inheritdoc/>
    public required int SagaVersion { get; init; }

    /// <inheritdoc/>
    public required int Sequence { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The results of all steps: a JSON object, one property a step.</summary>
    public required JsonElement Results { get; init; }

    /// <summary>
    /// <see langword="true"/> if <see cref="Results"/> is empty because the results do not fit into a message; they are at
    /// the saga. Otherwise <see langword="null"/>.
    /// </summary>
    public bool? ResultsOmitted { get; init; }
}

/// <summary>
/// Everything that a saga did was undone.
/// </summary>
[EntityName("saga.compensated")]
public sealed record SagaCompensated : ISagaEvent
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string SagaName { get; init; }

    /// <inheritdoc/>
    public required int SagaVersion { get; init; }

    /// <inheritdoc/>
    public required int Sequence { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }
}

/// <summary>
/// A saga cannot go on by itself and waits for an operator.
/// </summary>
[EntityName("saga.suspended")]
public sealed record SagaSuspended : ISagaEvent
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string SagaName { get; init; }

    /// <inheritdoc/>
    public required int SagaVersion { get; init; }

    /// <inheritdoc/>
    public required int Sequence { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The step.</summary>
    public required string Step { get; init; }

    /// <summary>The direction of the step in which the saga stopped.</summary>
    public required StepDirection Direction { get; init; }

    /// <summary>The stable code of the last error.</summary>
    public required string Code { get; init; }

    /// <summary>The last error, for people.</summary>
    public required string Message { get; init; }
}

/// <summary>
/// An operator ended a suspended saga as it was.
/// </summary>
[EntityName("saga.aborted")]
public sealed record SagaAborted : ISagaEvent
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string SagaName { get; init; }

    /// <inheritdoc/>
    public required int SagaVersion { get; init; }

    /// <inheritdoc/>
    public required int Sequence { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Who did it.</summary>
    public required string Operator { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}
