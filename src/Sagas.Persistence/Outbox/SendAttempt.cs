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
    public int Bytes => bytes;

    /// <summary>What it failed with the last time.</summary>
    public Exception? Objection { get; private set; }

    /// <summary>Takes in that it failed.</summary>
    public void Fail(Exception objection, bool isFinal)
    {
        Objection = objection;
        if (isFinal || giveUp.IsCancellationRequested)
        {
            repeats.Cancel();
        }
    }
}
