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

    /// <summary>
    /// <see langword="true"/> if <see cref="Result"/> is absent because it does not fit into a message; it is at the saga,
    /// unless the saga turned back because of it. Otherwise <see langword="null"/>.
    /// </summary>
    public bool? ResultOmitted { get; init; }
}
