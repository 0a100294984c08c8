using MassTransit;

namespace Sagas.Contracts;

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

    /// <summary>The stable code of what made it turn back: a step's error, or <c>CANCELLED</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What made it turn back, for people.</summary>
    public required string Message { get; init; }
}
