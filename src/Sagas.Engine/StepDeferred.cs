using MassTransit;
using Sagas.Contracts;

namespace Sagas.Engine;

/// <summary>
/// The worker's answer to a step that it carries out itself and could not begin: nothing was called. The attempt is not
/// counted as failed; it is sent again, under the same number and key, after the wait.
/// </summary>
[EntityName("saga.step_deferred")]
[MessageUrn("Sagas.Worker.Orchestration:StepDeferred")]
public sealed record StepDeferred : IStepReply
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string Step { get; init; }

    /// <inheritdoc/>
    public required StepDirection Direction { get; init; }

    /// <inheritdoc/>
    public required int Attempt { get; init; }

    /// <summary>How long to wait at least. The engine adds to it at random, and limits it.</summary>
    public required TimeSpan Wait { get; init; }

    /// <summary>
    /// Where it is there, the wait doubles each time that the attempt is deferred, from <see cref="Wait"/> up to this:
    /// another worker may take the command each time. The default is <see langword="null"/>: each wait is as long as
    /// the first.
    /// </summary>
    public TimeSpan? LongestWait { get; init; }

    /// <summary>Why it waits, for programs, for instance <c>CIRCUIT_OPEN</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Why it waits, for people.</summary>
    public required string Message { get; init; }
}
