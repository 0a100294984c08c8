using MassTransit;

namespace Sagas.Orchestration.Timers;

/// <summary>
/// The worker's timer: a saga's <c>due_at</c> has come. It takes the way over the worker's own queue, so that it stands
/// behind the replies that already wait there, and a backlog does not turn answered steps into timeouts.
/// </summary>
[EntityName("saga.due")]
[MessageUrn("Sagas.Worker.Orchestration:SagaDue")]
public sealed record SagaDue
{
    /// <summary>The saga.</summary>
    public required Guid SagaId { get; init; }
}
