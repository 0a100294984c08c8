using RabbitMQ.Client.Exceptions;
using Sagas.Persistence.Configuration;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// The broker has answered that it does not take a message: a queue that it would go to is full and rejects what comes
/// (<c>overflow: reject-publish</c>), or cannot store it now.
/// </summary>
/// <param name="objection">What the client library says.</param>
internal sealed class MessageRejectedException(Exception objection) : Exception(
    "The broker rejected the message: a queue that it goes to is full (overflow: reject-publish), or cannot store it now.",
    objection)
{
    /// <summary>Whether a publication failed because the broker rejected it, which is certain and not worth waiting for.</summary>
    public static bool IsReasonOf(Exception exception) =>
        exception.Causes().Any(x => x is PublishException { IsReturn: false });
}
