namespace Sagas.Persistence.Outbox;

/// <summary>Where the dispatcher sends messages.</summary>
internal interface IOutboxTransport
{
    /// <summary>Whether the broker is there.</summary>
    bool IsAvailable { get; }

    /// <summary>Whether the broker confirms a message that it has no reason to refuse.</summary>
    Task<bool> AnswersAsync(CancellationToken giveUp);

    /// <summary>
    /// Sends a message; the outer task ends when what is started after it cannot arrive before it, the inner one when the
    /// broker has confirmed it.
    /// </summary>
    Task<Task> StartAsync(CapturedMessage message, CancellationToken cancellationToken);

    /// <summary>Sends a message; the task ends when the broker has confirmed it.</summary>
    Task SendAsync(CapturedMessage message, CancellationToken cancellationToken);
}
