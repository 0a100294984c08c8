using System.Text.Json;
using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// Asks a participant to undo a step that has, or may have, had its effect. It must be answered with success also when
/// there is nothing to undo.
/// </summary>
[EntityName("saga.compensate_step")]
public sealed record CompensateStep : IStepCommand
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string SagaName { get; init; }

    /// <inheritdoc/>
    public required int SagaVersion { get; init; }

    /// <inheritdoc/>
    public required string Step { get; init; }

    /// <inheritdoc/>
    public required int Attempt { get; init; }

    /// <inheritdoc/>
    public required string IdempotencyKey { get; init; }

    /// <inheritdoc/>
    public required JsonElement Input { get; init; }

    /// <inheritdoc/>
    public required JsonElement Results { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset Deadline { get; init; }
}
