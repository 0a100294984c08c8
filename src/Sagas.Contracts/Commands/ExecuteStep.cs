using System.Text.Json;
using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// Asks a participant to carry out a step. Answer with <see cref="StepSucceeded"/> or <see cref="StepFailed"/>.
/// </summary>
[EntityName("saga.execute_step")]
public sealed record ExecuteStep : IStepCommand
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
