using System.Text.Json;
using MassTransit;

namespace Sagas.Contracts;

/// <summary>What the two commands that a participant receives have in common.</summary>
[ExcludeFromTopology]
public interface IStepCommand
{
    /// <summary>The saga that the step belongs to.</summary>
    Guid SagaId { get; }

    /// <summary>The name of the saga's definition.</summary>
    string SagaName { get; }

    /// <summary>The version of the saga's definition, from 1.</summary>
    int SagaVersion { get; }

    /// <summary>The step's name, unique within the definition.</summary>
    string Step { get; }

    /// <summary>Which try of this direction of this step it is, from 1. The reply must repeat it.</summary>
    int Attempt { get; }

    /// <summary>
    /// <c>{sagaId}/{step}/{direction}/{round}</c>. It is the same for every attempt that may repeat an attempt of
    /// unknown outcome, and another one after a definite answer: carry out an effect at most once for each key.
    /// </summary>
    string IdempotencyKey { get; }

    /// <summary>The saga's input, as it was given to <see cref="StartSaga"/>.</summary>
    JsonElement Input { get; }

    /// <summary>
    /// Results of steps: a JSON object, one property a step. To execute, of the steps before; to compensate, of this step
    /// alone, where it is known.
    /// </summary>
    JsonElement Results { get; }

    /// <summary>
    /// When the worker stops waiting for the reply to this attempt (UTC). A reply after it may still count.
    /// </summary>
    DateTimeOffset Deadline { get; }
}

/// <summary>
/// Asks a participant to carry out a step. Answer with <see cref="StepSucceeded"/> or <see cref="StepFailed"/>.
/// </summary>
[EntityName("saga.execute_step")]
public sealed record ExecuteStep : IStepCommand
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string SagaName { get; init; }

    /// <inheritdoc/>
    public required int SagaVersion { get; init; }

    /// <inheritdoc/>
    public required string Step { get; init; }

    /// <inheritdoc/>
    public required int Attempt { get; init; }

    /// <inheritdoc/>
    public required string IdempotencyKey { get; init; }

    /// <inheritdoc/>
    public required JsonElement Input { get; init; }

    /// <inheritdoc/>
    public required JsonElement Results { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset Deadline { get; init; }
}

/// <summary>
/// Asks a participant to undo a step that has, or may have, had its effect. It must be answered with success also when
/// there is nothing to undo.
/// </summary>
[EntityName("saga.compensate_step")]
public sealed record CompensateStep : IStepCommand
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string SagaName { get; init; }

    /// <inheritdoc/>
    public required int SagaVersion { get; init; }

    /// <inheritdoc/>
    public required string Step { get; init; }

    /// <inheritdoc/>
    public required int Attempt { get; init; }

    /// <inheritdoc/>
    public required string IdempotencyKey { get; init; }

    /// <inheritdoc/>
    public required JsonElement Input { get; init; }

    /// <inheritdoc/>
    public required JsonElement Results { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset Deadline { get; init; }
}
