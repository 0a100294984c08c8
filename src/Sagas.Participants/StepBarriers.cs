using Sagas.Persistence;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.Delivery.Sharing;
using Sagas.Persistence.Sql;

namespace Sagas.Participants;

/// <summary>Reads and writes <c>step_barrier</c> within a delivery's transaction.</summary>
internal sealed class StepBarriers(EntityMaps maps)
{
    /// <summary>
    /// Sees to it that no other delivery has the step in hand, sets the savepoint of <see cref="RollBackAsync"/>, and
    /// reads what is recorded of the step. One round trip.
    /// </summary>
    /// <exception cref="SharedTransactionException">
    /// The transaction is shared, and another one has the step in hand.
    /// </exception>
    public async Task<BarrierState> EnterAsync(
        DeliveryTransaction transaction,
        StepDelivery delivery,
        CancellationToken cancellationToken)
    {
        var map = maps.Get<StepBarrier>(transaction.Context);
        var lookup = new StepLookup(map, delivery.Command, transaction is SharedTransaction);
        await transaction.AskAsync(lookup, cancellationToken);
        return lookup.IsLocked || transaction is not SharedTransaction shared
            ? lookup.State
            : throw shared.Refuse("Another transaction has the step in hand.");
    }

    /// <summary>
    /// Undoes what was done in the database since <see cref="EnterAsync"/>, where that is anything; the transaction
    /// goes on.
    /// </summary>
    public static async Task RollBackAsync(DeliveryTransaction transaction, CancellationToken cancellationToken)
    {
        if (transaction is not SharedTransaction)
        {
            var rollback = new SqlStatement($"ROLLBACK TO SAVEPOINT {StepLookup.Savepoint}");
            await transaction.Dialect.ExecuteAsync(transaction.Transaction, [rollback], false, cancellationToken);
        }
    }

    /// <summary>Records an answer in place of the one before, if there is one.</summary>
    public async Task RecordAsync(
        DeliveryTransaction transaction,
        StepBarrier row,
        StepBarrier? replaced,
        CancellationToken cancellationToken)
    {
        if (replaced is not null)
        {
            var map = maps.Get<StepBarrier>(transaction.DbContext);
            var delete = new SqlStatement(map.DeleteRow);
            transaction.Dialect.AddParameters(delete, map.Key, replaced);
            await transaction.Dialect.ExecuteAsync(transaction.Transaction, [delete], false, cancellationToken);
        }

        transaction.Insert(row);
    }
}
