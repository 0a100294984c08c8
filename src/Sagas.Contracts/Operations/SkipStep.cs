using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// Takes a suspended saga up again behind the step where it stopped. The operator vouches that nothing is left to do
/// there.
/// </summary>
[EntityName("saga.skip")]
public sealed record SkipStep : IOperatorCommand
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <summary>
    /// The step that is meant. A saga that has stopped elsewhere by now refuses the command, so that one which comes
    /// late, or is delivered twice, skips nothing that nobody gave up.
    /// </summary>
    public required string Step { get; init; }

    /// <inheritdoc/>
    public required string Operator { get; init; }

    /// <inheritdoc/>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public string? IdempotencyKey { get; init; }
}
