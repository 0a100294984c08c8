namespace Sagas.Persistence;

/// <summary>Where the dispatcher sends messages.</summary>
internal interface IOutboxTransport
{
    /// <summary>Whether the broker is there.</summary>
    bool IsAvailable { get; }

    /// <summary>Sends a message; the task ends when the broker has confirmed it.</summary>
    Task SendAsync(CapturedMessage message, CancellationToken cancellationToken);
}
