using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// A saga cannot go on by itself and waits for an operator.
/// </summary>
[EntityName("saga.suspended")]
public sealed record SagaSuspended : ISagaEvent
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

    /// <summary>The step.</summary>
    public required string Step { get; init; }

    /// <summary>The direction of the step in which the saga stopped.</summary>
    public required StepDirection Direction { get; init; }

    /// <summary>The stable code of the last error.</summary>
    public required string Code { get; init; }

    /// <summary>The last error, for people.</summary>
    public required string Message { get; init; }
}
