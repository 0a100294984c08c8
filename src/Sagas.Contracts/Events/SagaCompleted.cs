using System.Text.Json;
using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// Every step of a saga succeeded.
/// </summary>
[EntityName("saga.completed")]
public sealed record SagaCompleted : ISagaEvent
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

    /// <summary>The results of all steps: a JSON object, one property a step.</summary>
    public required JsonElement Results { get; init; }

    /// <summary>
    /// <see langword="true"/> if <see cref="Results"/> is empty because the results do not fit into a message; they are at
    /// the saga. Otherwise <see langword="null"/>.
    /// </summary>
    public bool? ResultsOmitted { get; init; }
}
