using MassTransit;
using MassTransit.Serialization;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Outbox.Publishing;

namespace Sagas.Persistence.Outbox;

/// <summary>Sends captured messages, and says why one was not sent.</summary>
internal sealed class CapturedMessageSender(SendObjections objections, [SagaClock] TimeProvider clock)
{
    /// <summary>
    /// Publishes a message past the bus, if that can be; the task ends when the broker has confirmed it.
    /// </summary>
    /// <exception cref="MessageTooLargeException">It is larger than what the broker takes.</exception>
    public Task? TryPublish(IDirectPublisher publisher, CapturedMessage message)
    {
        var bytes = message.Bytes;
        objections.ThrowIfTooLarge(bytes);
        return publisher.TryPublish(message, clock.GetUtcNow()) is { } publishing ? ConfirmAsync(publishing, bytes) : null;
    }

    /// <summary>
    /// Sends a message; the outer task ends when what is started after it cannot arrive before it, the inner one when the
    /// broker has confirmed it.
    /// </summary>
    /// <remarks>
    /// The bus opens its channel, and declares an exchange on it, on behalf of whoever is first, and others that come
    /// meanwhile go on in any order. Where a message has to wait for that, its confirmation is awaited, or its first
    /// failure, after which the bus sends it again by itself. Any other is published before the bus returns.
    /// </remarks>
    /// <exception cref="MessageTooLargeException">It is larger than what the broker takes.</exception>
    /// <exception cref="MessageRejectedException">The broker answered that it does not take it.</exception>
    /// <exception cref="TimeoutException">It was given up; the broker had an objection.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    /// <param name="endpoint">Where it goes.</param>
    /// <param name="message">The message.</param>
    /// <param name="isFirst">Whether nobody has tried to send it before.</param>
    /// <param name="giveUp">Ends the wait.</param>
    public async Task<Task> StartAsync(
        ISendEndpoint endpoint, CapturedMessage message, bool isFirst, CancellationToken giveUp)
    {
        var bytes = message.Bytes;
        objections.ThrowIfTooLarge(bytes);
        var repeats = new CancellationTokenSource();
        var attempt = new SendAttempt(bytes, repeats, giveUp) { FirstOf = isFirst ? message.Row.MessageId : null };
        var sending = SendAsync(endpoint, message, attempt, repeats, giveUp);
        if (!attempt.IsTaken)
        {
            await Task.WhenAny(sending, attempt.Objected);
        }

        return sending;
    }

    /// <summary>Notes a message whose first attempt, and only one so far, was refused for its size.</summary>
    public void NoteNeverSent(CapturedMessage message) => objections.NoteNeverSent(message.Row.MessageId);

    private async Task SendAsync(
        ISendEndpoint endpoint,
        CapturedMessage message,
        SendAttempt attempt,
        CancellationTokenSource repeats,
        CancellationToken giveUp)
    {
        var pipe = new CapturedMessagePipe(message, attempt, clock);
        try
        {
            // Given up, but not cancelled, as with SendConfirmedAsync: unless it failed, when that harms nobody.
            await endpoint.Send(new SerializedMessageBody(), pipe, repeats.Token).WaitAsync(giveUp);
        }
        catch (OperationCanceledException) when (attempt.Objection is { } objection)
        {
            objections.ThrowIfTooLarge(attempt.Bytes);
            ThrowIfRejected(objection);
            throw new TimeoutException(
                $"Not confirmed by the broker in time. Its last objection: {objection.Message}", objection);
        }
        catch (Exception exception) when (MessageRejectedException.IsReasonOf(exception))
        {
            throw new MessageRejectedException(exception);
        }
    }

    private async Task ConfirmAsync(Task publishing, int bytes)
    {
        try
        {
            await publishing;
        }
        catch (Exception exception)
        {
            if (objections.TakeIn(exception, bytes))
            {
                objections.ThrowIfTooLarge(bytes);
            }

            ThrowIfRejected(exception);
            throw;
        }
    }

    private static void ThrowIfRejected(Exception objection)
    {
        if (MessageRejectedException.IsReasonOf(objection))
        {
            throw new MessageRejectedException(objection);
        }
    }
}
