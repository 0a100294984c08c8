namespace Sagas.Persistence;

/// <summary>
/// A row of <c>step_barrier</c>: one direction of one step of a saga that a participant has carried out or refused,
/// with the reply that it gave. Unique by <see cref="SagaId"/>, <see cref="Step"/> and <see cref="Direction"/>.
/// </summary>
public sealed class StepBarrier
{
    /// <summary>The saga.</summary>
    public Guid SagaId { get; set; }

    /// <summary>The step.</summary>
    public string Step { get; set; } = "";

    /// <summary><c>Execute</c> or <c>Compensate</c>.</summary>
    public string Direction { get; set; } = "";

    /// <summary>Which reply was given, for instance <c>StepSucceeded</c>.</summary>
    public string ReplyType { get; set; } = "";

    /// <summary>The reply: a JSON object.</summary>
    public string Reply { get; set; } = "{}";

    /// <summary>When the row was written (UTC).</summary>
    public DateTime CreatedAt { get; set; }
}
