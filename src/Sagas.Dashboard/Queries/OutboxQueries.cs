using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Queries;

/// <summary>Reads the messages that the outbox has parked, for the API and the page.</summary>
internal sealed class OutboxQueries(Database<SagaStoreDbContext> database)
{
    /// <summary>A page of the parked messages in the order in which they were written.</summary>
    /// <param name="after">The number of the last message that is not wanted; 0 for all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="stop">Stops it.</param>
    public Task<Page<ParkedMessageView>> ListAsync(long after, int limit, CancellationToken stop) => database.ReadAsync(
        async session =>
        {
            var rows = await session.Context.Set<OutboxMessage>().AsNoTracking()
                .Where(x => x.ParkedAt != null && x.SequenceNumber > after)
                .OrderBy(x => x.SequenceNumber)
                .Take(limit + 1)
                .ToListAsync(stop);
            var next = rows.Count > limit
                ? rows[limit - 1].SequenceNumber.ToString(CultureInfo.InvariantCulture)
                : null;
            return new Page<ParkedMessageView>([.. rows.Take(limit).Select(View)], next);
        },
        stop);

    /// <summary>A parked message, or <see langword="null"/>.</summary>
    public Task<ParkedMessageDetail?> FindAsync(long number, CancellationToken stop) => database.ReadAsync(
        async session => await session.Context.Set<OutboxMessage>().AsNoTracking()
            .SingleOrDefaultAsync(x => x.SequenceNumber == number && x.ParkedAt != null, stop) is { } row
            ? new ParkedMessageDetail(View(row), row.ContentType, row.Body)
            : null,
        stop);

    private static ParkedMessageView View(OutboxMessage row) => new()
    {
        Number = row.SequenceNumber,
        MessageId = row.MessageId,
        SagaId = row.CorrelationId,
        Destination = row.DestinationAddress,
        MessageType = row.MessageType,
        EnqueuedAt = SagaViews.Utc(row.EnqueuedAt),
        ParkedAt = SagaViews.Utc(row.ParkedAt!.Value),
        Attempts = row.Attempts,
        LastError = row.LastError,
    };
}
