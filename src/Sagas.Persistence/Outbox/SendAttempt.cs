using RabbitMQ.Client.Exceptions;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// A send, which the bus repeats by itself until it succeeds, as its sender sees it. A payload of its context.
/// </summary>
/// <param name="bytes">How large the message is.</param>
/// <param name="repeats">
/// Ends the repetitions. Cancelled in no other moment than that of a failure, when the bus only waits.
/// </param>
/// <param name="giveUp">Cancelled when the sender waits no more.</param>
internal sealed class SendAttempt(int bytes, CancellationTokenSource repeats, CancellationToken giveUp)
{
    // What the bus says by itself, in the broker's name.
    private const ushort ChannelWasGone = 491;

    private readonly TaskCompletionSource _objected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Bytes => bytes;

    /// <summary>The message, if nobody has tried to send it before.</summary>
    public Guid? FirstOf { get; init; }

    /// <summary>
    /// Whether the transport has taken the message: its channel is open and its exchange declared, and it publishes the
    /// message before it returns to the sender.
    /// </summary>
    public bool IsTaken { get; private set; }

    /// <summary>Ends when it has failed for the first time.</summary>
    public Task Objected => _objected.Task;

    /// <summary>
    /// What it failed with the last time. That its channel was gone does not count where there is more to be said: it
    /// is what an objection leads to, to this message or to another one on the channel.
    /// </summary>
    public Exception? Objection { get; private set; }

    /// <summary>Whether a send failed because its channel was gone, which does not say why.</summary>
    public static bool IsChannelGone(Exception? objection)
    {
        return objection is OperationInterruptedException { ShutdownReason.ReplyCode: ChannelWasGone };
    }

    /// <summary>Notes that the transport takes the message.</summary>
    public void Take() => IsTaken = true;

    /// <summary>Takes in that it failed.</summary>
    public void Fail(Exception objection, bool isFinal)
    {
        if (Objection is null || !IsChannelGone(objection))
        {
            Objection = objection;
        }

        _objected.TrySetResult();

        if (isFinal || giveUp.IsCancellationRequested)
        {
            repeats.Cancel();
        }
    }
}
