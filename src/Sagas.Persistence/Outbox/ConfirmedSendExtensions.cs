#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>Sends that can be given up without harm to those that come after them.</summary>
public static class ConfirmedSendExtensions
{
    /// <summary>
    /// Sends a message and waits for the broker to confirm it, but no longer than a token allows. A send that is given up
    /// is not cancelled, and may still arrive: on RabbitMQ the bus declares an exchange once for each channel, on behalf of
    /// whoever sends to it first, and if that one is cancelled just then, every later send over the channel waits forever.
    /// </summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="endpoint">Where to send it.</param>
    /// <param name="message">The message.</param>
    /// <param name="giveUp">Ends the wait.</param>
    /// <param name="pipe">Sets what goes with the message.</param>
    /// <exception cref="OperationCanceledException">It was not confirmed in time.</exception>
    public static Task SendConfirmedAsync<T>(
        this ISendEndpoint endpoint, T message, CancellationToken giveUp, IPipe<SendContext<T>>? pipe = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return endpoint.Send(message, pipe ?? Pipe.Empty<SendContext<T>>(), CancellationToken.None).WaitAsync(giveUp);
    }
}
