namespace Sagas.Persistence.Outbox.Publishing;

/// <summary>Publishes what the messages of deliveries need no bus for.</summary>
internal interface IDirectPublisher
{
    /// <summary>Whether messages to that destination go past the bus once it is known; others never do.</summary>
    bool Serves(CapturedMessage message);

    /// <summary>Whether it could publish a message now, which otherwise only the bus can send.</summary>
    bool CanPublish(CapturedMessage message);

    /// <summary>Publishes a message; its task ends when the broker has confirmed it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="now">The present instant.</param>
    /// <returns><see langword="null"/> for a message that only the bus can send.</returns>
    Task? TryPublish(CapturedMessage message, DateTimeOffset now);

    /// <summary>
    /// Takes in that the bus has sent a message, so that later ones to its destination can do without. Waits for
    /// nothing, and does not throw.
    /// </summary>
    void Learn(CapturedMessage sent);
}
