namespace Sagas.Persistence.Outbox;

/// <summary>How an attempt to send a message ended.</summary>
/// <param name="Row">The message.</param>
/// <param name="Error">What went wrong, or <see langword="null"/> when the broker has confirmed it.</param>
internal sealed record DispatchResult(OutboxMessage Row, Exception? Error)
{
    /// <summary>
    /// Whether it says more than that the channel was gone: what an earlier attempt was told is worth more than that.
    /// </summary>
    public bool SaysWhy => !SendAttempt.IsChannelGone(Error?.InnerException);
}
