using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// Takes a suspended saga up again behind the step where it stopped. The operator vouches that nothing is left to do there.
/// </summary>
[EntityName("saga.skip")]
public sealed record SkipStep : IOperatorCommand
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string Operator { get; init; }

    /// <inheritdoc/>
    public required string Reason { get; init; }
}
