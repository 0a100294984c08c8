namespace Sagas.Persistence.Watchdog;

/// <summary>Judges one receive endpoint, look by look. It only knows the looks at which the broker answered.</summary>
internal sealed class EndpointWatch(ConsumerWatchdogOptions options)
{
    private bool _isRestarted;

    /// <summary>How long it has had no consumer, or null while it has one.</summary>
    public TimeSpan? Idle { get; private set; }

    /// <summary>Takes in one look.</summary>
    /// <param name="isConsuming">Whether it has a consumer.</param>
    /// <param name="sinceLast">The time since the look before.</param>
    public EndpointVerdict Judge(bool isConsuming, TimeSpan sinceLast)
    {
        if (isConsuming)
        {
            Forget();
            return EndpointVerdict.Leave;
        }

        Idle = Idle is { } idle ? idle + sinceLast : TimeSpan.Zero;
        if (Idle >= options.Patience)
        {
            return EndpointVerdict.GiveUp;
        }

        // Once: another restart would only interrupt the first one.
        if (_isRestarted || Idle < options.RestartAfter)
        {
            return EndpointVerdict.Leave;
        }

        _isRestarted = true;
        return EndpointVerdict.Restart;
    }

    /// <summary>Starts from the beginning.</summary>
    public void Forget()
    {
        Idle = null;
        _isRestarted = false;
    }
}
