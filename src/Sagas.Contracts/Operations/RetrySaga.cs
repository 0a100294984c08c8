using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// Takes a suspended saga up again at the very step where it stopped, with a full set of attempts.
/// </summary>
[EntityName("saga.retry")]
public sealed record RetrySaga : IOperatorCommand
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
