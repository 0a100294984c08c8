using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// A step failed for good: the participant refused it, or its attempts are used up.
/// </summary>
[EntityName("saga.step_failed")]
public sealed record SagaStepFailed : ISagaEvent
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

    /// <summary>How many attempts it took, 0 if no command could be sent.</summary>
    public required int Attempts { get; init; }

    /// <summary>The stable code of the last error.</summary>
    public required string Code { get; init; }

    /// <summary>The last error, for people.</summary>
    public required string Message { get; init; }
}
