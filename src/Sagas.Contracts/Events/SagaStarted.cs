using MassTransit;

namespace Sagas.Contracts;

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
