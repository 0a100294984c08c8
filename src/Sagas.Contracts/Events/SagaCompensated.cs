using MassTransit;

namespace Sagas.Contracts;

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
