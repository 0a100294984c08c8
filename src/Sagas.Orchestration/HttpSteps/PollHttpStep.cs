using System.Text.Json;
using MassTransit;
using Sagas.Contracts;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>
/// The worker's note to itself to ask a service that works on a step whether it is done. It waits in the outbox until
/// its time has come.
/// </summary>
[EntityName("saga.poll_http_step")]
[MessageUrn("Sagas.Worker.Participants:PollHttpStep")]
public sealed record PollHttpStep : IStepCommand
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string SagaName { get; init; }

    /// <inheritdoc/>
    public required int SagaVersion { get; init; }

    /// <inheritdoc/>
    public required string Step { get; init; }

    /// <summary>Whether the step is being carried out or undone.</summary>
    public required StepDirection Direction { get; init; }

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

    /// <summary>Where to ask.</summary>
    public required Uri Location { get; init; }

    /// <summary>The question after a command.</summary>
    internal static PollHttpStep After(IStepCommand command, StepDirection direction, Uri location) => new()
    {
        SagaId = command.SagaId,
        SagaName = command.SagaName,
        SagaVersion = command.SagaVersion,
        Step = command.Step,
        Direction = direction,
        Attempt = command.Attempt,
        IdempotencyKey = command.IdempotencyKey,
        Input = command.Input,
        Results = command.Results,
        Deadline = command.Deadline,
        Location = location,
    };
}
