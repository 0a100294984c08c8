namespace Sagas.Dashboard.Queries;

/// <summary>A message that the broker would not take and that the outbox has parked.</summary>
internal record ParkedMessageView
{
    /// <summary>Its number in the outbox.</summary>
    public required long Number { get; init; }

    /// <summary>The message's id.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>The saga that it belongs to, where it says so.</summary>
    public Guid? SagaId { get; init; }

    /// <summary>Where it goes.</summary>
    public required string Destination { get; init; }

    /// <summary>The message's types as URNs, separated by semicolons.</summary>
    public required string MessageType { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>When it was parked.</summary>
    public required DateTimeOffset ParkedAt { get; init; }

    /// <summary>How often the worker tried to send it.</summary>
    public required int Attempts { get; init; }

    /// <summary>What went wrong the last time.</summary>
    public string? LastError { get; init; }
}
