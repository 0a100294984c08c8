using System.Collections.Concurrent;
using System.Globalization;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sagas.Persistence.Clock;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// Tells sends what the broker objected to: the bus repeats them by itself, and the sender sees nothing but that they
/// take long. A body over the broker's limit closes the channel on which it comes, on all others there; so none of that
/// size is sent again for a while.
/// </summary>
internal sealed class SendObjections([SagaClock] TimeProvider clock) : ISendObserver
{
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<Guid, byte> _neverSent = new();
    private TooLarge? _tooLarge;

    /// <summary>Notes a message whose only attempt so far was refused for its size.</summary>
    public void NoteNeverSent(Guid messageId) => _neverSent.TryAdd(messageId, 0);

    /// <summary>Whether no attempt in this process can have sent it.</summary>
    public bool IsNeverSent(Guid messageId) => _neverSent.ContainsKey(messageId);

    /// <summary>Forgets what was noted.</summary>
    public void Forget(Guid messageId) => _neverSent.TryRemove(messageId, out _);

    /// <exception cref="MessageTooLargeException">The broker refused a body of that size a short while ago.</exception>
    public void ThrowIfTooLarge(int bytes)
    {
        if (_tooLarge is { } known && bytes >= known.Bytes && clock.GetElapsedTime(known.Since) < Memory)
        {
            throw new MessageTooLargeException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The body of {bytes:N0} bytes is over the broker's max_message_size: it refused {known.Bytes:N0} bytes. ")
                + $"Raise that, or keep inputs and results smaller. The broker said: {known.Objection.Message}",
                known.Objection);
        }
    }

    public Task PreSend<T>(SendContext<T> context)
        where T : class
    {
        return Task.CompletedTask;
    }

    public Task PostSend<T>(SendContext<T> context)
        where T : class
    {
        return Task.CompletedTask;
    }

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class
    {
        if (context.TryGetPayload<SendAttempt>(out var attempt))
        {
            var isTooLarge = TakeIn(exception, attempt.Bytes);
            if (isTooLarge && attempt is { Objection: null, FirstOf: { } messageId })
            {
                // Also where the sender waits no more: the broker's words come late if the delivery's own channel is closed.
                NoteNeverSent(messageId);
            }

            attempt.Fail(exception, isFinal: isTooLarge || MessageRejectedException.IsReasonOf(exception));
        }

        return Task.CompletedTask;
    }

    /// <summary>Takes in what a message failed with.</summary>
    /// <returns>Whether the broker objects to its size.</returns>
    public bool TakeIn(Exception exception, int bytes)
    {
        var isTooLarge = IsAboutSize(exception, bytes);
        if (isTooLarge)
        {
            _tooLarge = new TooLarge(bytes, clock.GetTimestamp(), exception);
        }

        return isTooLarge;
    }

    /// <summary>
    /// All that were on their way over the channel fail with the same words, but one of them has that size.
    /// </summary>
    private static bool IsAboutSize(Exception exception, int bytes)
    {
        return exception is OperationInterruptedException { ShutdownReason: { } reason }
            && reason.ReplyCode == Constants.PreconditionFailed
            && reason.ReplyText.Contains(
                string.Create(CultureInfo.InvariantCulture, $"message size {bytes} "), StringComparison.Ordinal);
    }

    private sealed record TooLarge(int Bytes, long Since, Exception Objection);
}
