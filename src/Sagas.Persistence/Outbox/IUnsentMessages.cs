using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence.Outbox;

/// <summary>Is told of messages that are too large for the broker, and so will never be sent.</summary>
internal interface IUnsentMessages<TDbContext>
    where TDbContext : DbContext
{
    /// <summary>Reports a message to whoever waits for what it asks for.</summary>
    /// <param name="message">The message.</param>
    /// <param name="reason">Why it was not sent.</param>
    /// <param name="isCertain">
    /// Whether no attempt at all can have sent it. Otherwise an earlier one, under another limit, may have done so.
    /// </param>
    /// <param name="stop">Stops it.</param>
    /// <returns>Whether that was done, and the message is of no more use; otherwise it is parked.</returns>
    Task<bool> ReportAsync(OutboxMessage message, string reason, bool isCertain, CancellationToken stop);
}
