using RabbitMQ.Client.Exceptions;

namespace Sagas.Persistence;

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

    public int Bytes => bytes;

    /// <summary>The message, if nobody has tried to send it before.</summary>
    public Guid? FirstOf { get; init; }

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

    /// <summary>Takes in that it failed.</summary>
    public void Fail(Exception objection, bool isFinal)
    {
        if (Objection is null || !IsChannelGone(objection))
        {
            Objection = objection;
        }

        if (isFinal || giveUp.IsCancellationRequested)
        {
            repeats.Cancel();
        }
    }
}
