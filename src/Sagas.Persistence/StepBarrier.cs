namespace Sagas.Persistence;

/// <summary>
/// A row of <c>step_barrier</c>: one direction of one step of a saga, with the last definite reply that a participant
/// gave to a command for it. Unique by <see cref="SagaId"/>, <see cref="Step"/> and <see cref="Direction"/>.
/// </summary>
public class StepBarrier
{
    /// <summary>The saga.</summary>
    public Guid SagaId { get; set; }

    /// <summary>The step.</summary>
    public string Step { get; set; } = "";

    /// <summary><c>Execute</c> or <c>Compensate</c>.</summary>
    public string Direction { get; set; } = "";

    /// <summary>The round of the idempotency key of the command that was answered, from 1.</summary>
    public int Round { get; set; }

    /// <summary>The attempt that was answered, from 1.</summary>
    public int Attempt { get; set; }

    /// <summary>
    /// Which reply was given: <c>StepSucceeded</c>, <c>StepFailed</c> (not retryable) or <c>StepFailedRetryably</c>.
    /// </summary>
    public string ReplyType { get; set; } = "";

    /// <summary>The reply: a JSON object.</summary>
    public string Reply { get; set; } = "{}";

    /// <summary>When the row was written (UTC).</summary>
    public DateTime CreatedAt { get; set; }
}
