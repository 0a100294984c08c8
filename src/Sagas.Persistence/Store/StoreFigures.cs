namespace Sagas.Persistence.Store;

/// <summary>What the tables hold at one instant.</summary>
public sealed record StoreFigures
{
    /// <summary>How many sagas have not ended, by their state. A state without sagas may be absent.</summary>
    public required IReadOnlyDictionary<string, long> OpenSagas { get; init; }

    /// <summary>
    /// For how long the saga that is due longest has been due; zero if none is. Undecided sagas do not count.
    /// </summary>
    public TimeSpan DueLag { get; init; }

    /// <summary>How many messages the outbox has yet to send, some of them later on purpose, or to delete.</summary>
    public long OutboxMessages { get; init; }

    /// <summary>For how long the oldest message that should have gone waits; zero if there is none.</summary>
    public TimeSpan OutboxAge { get; init; }

    /// <summary>How many messages are parked, for the broker would not take them.</summary>
    public long ParkedMessages { get; init; }

    /// <summary>How many sagas no worker has been able to decide about.</summary>
    public long UndecidedSagas { get; init; }
}
