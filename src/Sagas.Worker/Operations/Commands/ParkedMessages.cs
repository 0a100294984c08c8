using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Sagas.Persistence;
using Sagas.Worker.Telemetry;

namespace Sagas.Worker.Operations.Commands;

/// <summary>Steers the messages that the outbox has parked. Every action is logged with who and why.</summary>
internal sealed class ParkedMessages(
    Database<SagaStoreDbContext> database, TimeProvider clock, ILogger<ParkedMessages> logger)
{
    /// <summary>Has a message sent again, with a full set of attempts.</summary>
    /// <returns>Whether it was there, and parked.</returns>
    public async Task<bool> RetryAsync(long number, string @operator, string reason, CancellationToken stop)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var changed = await database.WriteAsync(
            session => Parked(session, number).ExecuteUpdateAsync(
                x => x.SetProperty(row => row.ParkedAt, (DateTime?)null)
                    .SetProperty(row => row.Attempts, 0)
                    .SetProperty(row => row.NextTryAt, now),
                stop),
            stop);
        if (changed > 0)
        {
            logger.ParkedMessageRetried(number, @operator, reason);
        }

        return changed > 0;
    }

    /// <summary>Deletes a message for good.</summary>
    /// <returns>Whether it was there, and parked.</returns>
    public async Task<bool> DiscardAsync(long number, string @operator, string reason, CancellationToken stop)
    {
        var deleted = await database.WriteAsync(session => Parked(session, number).ExecuteDeleteAsync(stop), stop);
        if (deleted > 0)
        {
            logger.ParkedMessageDiscarded(number, @operator, reason);
        }

        return deleted > 0;
    }

    private static IQueryable<OutboxMessage> Parked(DatabaseSession session, long number) =>
        session.Context.Set<OutboxMessage>().Where(x => x.SequenceNumber == number && x.ParkedAt != null);
}
