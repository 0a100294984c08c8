using MassTransit;
using Sagas.Contracts;

namespace Sagas.Engine;

/// <summary>
/// Says before the deadline that no answer to an attempt will come: it may or may not have had its effect. It comes
/// from within the worker, never from a participant.
/// </summary>
[EntityName("saga.outcome_unknown")]
[MessageUrn("Sagas.Worker.Orchestration:StepOutcomeUnknown")]
public sealed record StepOutcomeUnknown : IStepReply
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string Step { get; init; }

    /// <inheritdoc/>
    public required StepDirection Direction { get; init; }

    /// <inheritdoc/>
    public required int Attempt { get; init; }

    /// <summary>What went wrong, for programs.</summary>
    public required string Code { get; init; }

    /// <summary>What went wrong, for people.</summary>
    public string Message { get; init; } = "";

    /// <summary>Whether another attempt, under the same key, may bring the answer.</summary>
    public bool Retryable { get; init; }

    /// <summary>How many seconds the participant wants to be left alone, if it said so.</summary>
    public int? RetryAfterSeconds { get; init; }
}
