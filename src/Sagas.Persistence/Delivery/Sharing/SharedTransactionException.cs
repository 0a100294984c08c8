namespace Sagas.Persistence.Delivery.Sharing;

/// <summary>
/// A delivery cannot go on in the transaction that it shares with others: it does what they cannot do together, or that
/// transaction has failed, perhaps because of another one. It is delivered once more, alone.
/// </summary>
/// <remarks>What caused it is no inner exception: filters on the way would take it for their own.</remarks>
internal sealed class SharedTransactionException(string message, Exception? reason = null) : Exception(message)
{
    /// <summary>Why the transaction failed.</summary>
    public Exception? Reason => reason;
}
