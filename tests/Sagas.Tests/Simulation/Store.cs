using Sagas.Engine;
using Sagas.Orchestration.StateMachine;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Simulation;

/// <summary>
/// The database: rows, history and outbox change together or not at all, and a row that somebody else has changed in
/// the meantime refuses the change.
/// </summary>
internal sealed class Store(World world)
{
    /// <summary>Commits what a delivery came to.</summary>
    /// <returns>What is to be sent, or <see langword="null"/> when the row was changed by another one.</returns>
    public OutboxBatch? Commit(
        Delivery delivery,
        SagaState? read,
        SagaInstance? before,
        SagaTransition transition,
        DateTimeOffset now,
        EngineLimits limits)
    {
        var saga = delivery.Saga;
        if (!ReferenceEquals(saga.Row, read))
        {
            world.Coverage.Count(Exercises.WriteConflict);
            return null;
        }

        var row = new SagaState();
        SagaStateMapper.Write(transition.Saga, row);
        row.RowVersion = (read?.RowVersion ?? 0) + 1;
        saga.Commit(delivery, before, transition, row, now, limits);
        world.Undecided.Changed(saga);
        if (row.DueAt is not null && row.DueAt != read?.DueAt)
        {
            world.Timers.Watch(saga);
        }

        if (row.State == nameof(SagaStatus.Suspended) && read?.State != row.State)
        {
            world.Operator.Call(saga);
        }

        return new OutboxBatch(saga, transition.Messages);
    }
}

/// <summary>What a commit has left to be sent.</summary>
internal sealed record OutboxBatch(SimulatedSaga Saga, IReadOnlyList<OutgoingMessage> Messages);
