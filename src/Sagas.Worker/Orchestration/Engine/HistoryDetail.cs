namespace Sagas.Worker.Orchestration;

/// <summary>What else there is to know of a <see cref="HistoryRecord"/>. Never a payload. Absent values are left out of the JSON.</summary>
internal sealed record HistoryDetail
{
    /// <summary>The error's code.</summary>
    public string? Code { get; init; }

    /// <summary>The error's message.</summary>
    public string? Message { get; init; }

    /// <summary>Whether the participant allows another attempt.</summary>
    public bool? Retryable { get; init; }

    /// <summary>When the next attempt is due.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>The idempotency key of the attempt.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>By when the answer is due.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The type of a reply that was ignored.</summary>
    public string? Reply { get; init; }

    /// <summary>Who did it.</summary>
    public string? Operator { get; init; }

    /// <summary>Why it was done, or ignored.</summary>
    public string? Reason { get; init; }
}
