using System.Text.Json;
using MassTransit;

namespace Sagas.Contracts;

/// <summary>What a participant's two answers have in common: they name the very attempt that they answer.</summary>
[ExcludeFromTopology]
public interface IStepReply
{
    /// <summary>The saga, as the command named it.</summary>
    Guid SagaId { get; }

    /// <summary>The step, as the command named it.</summary>
    string Step { get; }

    /// <summary>
    /// <see cref="StepDirection.Execute"/> for an <see cref="ExecuteStep"/>, otherwise
    /// <see cref="StepDirection.Compensate"/>.
    /// </summary>
    StepDirection Direction { get; }

    /// <summary>The attempt, as the command named it, from 1.</summary>
    int Attempt { get; }
}

/// <summary>
/// A participant's answer: the step was carried out, or undone, in this attempt or in an earlier one.
/// </summary>
[EntityName("saga.reply_succeeded")]
public sealed record StepSucceeded : IStepReply
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string Step { get; init; }

    /// <inheritdoc/>
    public required StepDirection Direction { get; init; }

    /// <inheritdoc/>
    public required int Attempt { get; init; }

    /// <summary>
    /// What later steps and the compensation of this one may need, for instance a booking number. Any JSON value, or
    /// <see langword="null"/>. Ignored for a compensation.
    /// </summary>
    public JsonElement? Result { get; init; }
}

/// <summary>
/// A participant's answer: this attempt had no effect, for certain. When that is not certain, do not answer: the worker
/// takes silence for an unknown outcome and asks again under the same idempotency key.
/// </summary>
[EntityName("saga.reply_failed")]
public sealed record StepFailed : IStepReply
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string Step { get; init; }

    /// <inheritdoc/>
    public required StepDirection Direction { get; init; }

    /// <inheritdoc/>
    public required int Attempt { get; init; }

    /// <summary>
    /// A short stable code for programs, for instance <c>CARD_DECLINED</c>. At most 100 characters are kept.
    /// </summary>
    public required string Code { get; init; }

    /// <summary>What went wrong, for people. At most 2,000 characters are kept.</summary>
    public string Message { get; init; } = "";

    /// <summary>
    /// Whether another attempt may succeed. The default is <see langword="false"/>: compensation starts.
    /// </summary>
    public bool Retryable { get; init; }

    /// <summary>
    /// The least pause in seconds before another attempt, where it is longer than the worker's own. The default is
    /// <see langword="null"/>: the worker's own. At most 3,600 are kept.
    /// </summary>
    public int? RetryAfterSeconds { get; init; }
}
