namespace Sagas.Engine;

/// <summary>What else a <see cref="HistoryRecord"/> says. Never a payload. What is absent is left out.</summary>
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

    /// <summary>
    /// How often the attempt has been put off by then; the waits since the row before have none of their own.
    /// </summary>
    public int? Waits { get; init; }

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

    /// <summary>An error, or nothing.</summary>
    public static HistoryDetail? Of(StepError? error) =>
        error is null ? null : new HistoryDetail { Code = error.Code, Message = error.Message };
}
