using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// Ends a suspended saga as it is. Nothing more is done or undone; the operator takes over what is left.
/// </summary>
[EntityName("saga.abort")]
public sealed record AbortSaga : IOperatorCommand
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
