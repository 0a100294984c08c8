using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// A participant's answer: this attempt had no effect, for certain. When that is not certain, do not answer: the worker
/// takes silence for an unknown outcome and asks again under the same idempotency key.
/// </summary>
[EntityName("saga.reply_failed")]
public sealed record StepFailed : IStepReply
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string Step { get; init; }

    /// <inheritdoc/>
    public required StepDirection Direction { get; init; }

    /// <inheritdoc/>
    public required int Attempt { get; init; }

    /// <summary>
    /// A short stable code for programs, for instance <c>CARD_DECLINED</c>. At most 100 characters are kept.
    /// </summary>
    public required string Code { get; init; }

    /// <summary>What went wrong, for people. At most 2,000 characters are kept.</summary>
    public string Message { get; init; } = "";

    /// <summary>
    /// Whether another attempt may succeed. The default is <see langword="false"/>: compensation starts.
    /// </summary>
    public bool Retryable { get; init; }

    /// <summary>
    /// The least pause in seconds before another attempt, where it is longer than the worker's own. The default is
    /// <see langword="null"/>: the worker's own. At most 3,600 are kept.
    /// </summary>
    public int? RetryAfterSeconds { get; init; }
}
