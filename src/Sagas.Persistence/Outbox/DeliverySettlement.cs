using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Sagas.Persistence.Configuration;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// Settles the rows of a delivery's messages where the context has several databases: by the delivery's own context, since
/// their numbers mean something else in another database.
/// </summary>
/// <remarks>What it cannot settle, the dispatcher sends, once more it may be, at the end of the time for confirmations.</remarks>
internal sealed class DeliverySettlement<TDbContext>(
    OutboxStore<TDbContext> store,
    OutboxWakeSignal<TDbContext> signal,
    DatabaseWatch<TDbContext> watch,
    ILogger<DeliverySettlement<TDbContext>> logger)
    where TDbContext : DbContext
{
    /// <summary>Deletes the rows of confirmed messages, and gives others to the dispatcher at once.</summary>
    public async Task RunAsync(
        TDbContext context, IReadOnlyCollection<long> confirmed, IReadOnlyCollection<long> others)
    {
        if (confirmed.Count > 0)
        {
            try
            {
                await store.DeleteAsync(context, confirmed, CancellationToken.None);
            }
            catch (Exception exception)
            {
                if (!watch.Failed(exception))
                {
                    PersistenceLog.OutboxDeletionFailed(
                        logger, exception, confirmed.Count, typeof(TDbContext).Name);
                }
            }
        }

        if (others.Count > 0)
        {
            try
            {
                await store.MakeDueAsync(context, others, CancellationToken.None);
                signal.Wake();
            }
            catch (Exception exception)
            {
                if (!watch.Failed(exception))
                {
                    PersistenceLog.FollowersNotSent(logger, exception, typeof(TDbContext).Name);
                }
            }
        }
    }
}
