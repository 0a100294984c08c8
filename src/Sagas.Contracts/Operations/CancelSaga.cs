using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// Undoes a running saga: compensation starts, and the step in flight counts as one of unknown outcome. Refused past
/// the pivot.
/// </summary>
[EntityName("saga.cancel")]
public sealed record CancelSaga : IOperatorCommand
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string Operator { get; init; }

    /// <inheritdoc/>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public string? IdempotencyKey { get; init; }
}
