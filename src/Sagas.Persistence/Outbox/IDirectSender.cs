using Sagas.Persistence.Outbox.Publishing;

namespace Sagas.Persistence.Outbox;

/// <summary>Sends the messages of a delivery, from memory, once they are committed.</summary>
internal interface IDirectSender
{
    /// <summary>
    /// Sends the messages and says which of them are confirmed. Never throws: what was not confirmed is the dispatcher's.
    /// </summary>
    /// <returns>The rows of those that failed, without those that were given up and may still arrive.</returns>
    Task<IReadOnlyCollection<long>> SendAsync(
        MessageRoute route,
        IReadOnlyList<CapturedMessage> messages,
        IConfirmations confirmations,
        TimeSpan timeout,
        CancellationToken cancellationToken);
}
