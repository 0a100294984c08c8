namespace Sagas.Persistence.Outbox;

/// <summary>A message that is not given to the broker, which would close the channel on which it came.</summary>
internal sealed class MessageTooLargeException(string message, Exception? innerException = null)
    : Exception(message, innerException);
