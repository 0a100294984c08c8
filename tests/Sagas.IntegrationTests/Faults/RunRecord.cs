namespace Sagas.IntegrationTests.Faults;

/// <summary>What is known of a run once all its sagas have ended.</summary>
internal sealed record RunRecord
{
    /// <summary>How many sagas were started.</summary>
    public required int Started { get; init; }

    /// <summary>Those that the worker's database has.</summary>
    public required IReadOnlyList<SagaRecord> Sagas { get; init; }

    /// <summary>
    /// When everything was there again (the worker's database's clock), or null for a run without a fault.
    /// </summary>
    public DateTime? HealedAt { get; init; }

    /// <summary>Messages that the worker has given up: those of its error and skipped queues.</summary>
    public long LostMessages { get; init; }

    /// <summary>Messages that an outbox has given up.</summary>
    public long ParkedMessages { get; init; }
}
