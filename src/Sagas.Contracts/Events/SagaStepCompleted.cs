using System.Text.Json;
using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// A step succeeded.
/// </summary>
[EntityName("saga.step_completed")]
public sealed record SagaStepCompleted : ISagaEvent
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

    /// <summary>How many attempts it took, from 1.</summary>
    public required int Attempts { get; init; }

    /// <summary>What the participant answered, or <see langword="null"/>.</summary>
    public JsonElement? Result { get; init; }
}
