namespace Sagas.Persistence;

/// <summary>Sends the messages of a delivery, from memory, once they are committed.</summary>
internal interface IDirectSender
{
    /// <summary>
    /// Sends the messages and gives those that were confirmed to the cleaner. Never throws.
    /// </summary>
    /// <returns>The rows of those that were not confirmed, which are the dispatcher's.</returns>
    Task<IReadOnlyCollection<long>> SendAsync(
        MessageRoute route,
        IReadOnlyList<CapturedMessage> messages,
        OutboxCleaner cleaner,
        TimeSpan timeout,
        CancellationToken cancellationToken);
}
