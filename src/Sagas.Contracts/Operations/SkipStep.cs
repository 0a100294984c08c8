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

    /// <summary>
    /// The step that is meant; a saga that has stopped elsewhere by now refuses the command. The default,
    /// <see langword="null"/>, is whatever step is in hand, even if the command comes late or is delivered twice.
    /// </summary>
    public string? Step { get; init; }

    /// <inheritdoc/>
    public required string Operator { get; init; }

    /// <inheritdoc/>
    public required string Reason { get; init; }
}
