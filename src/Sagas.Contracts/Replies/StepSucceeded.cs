using System.Text.Json;
using MassTransit;

namespace Sagas.Contracts;

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
