namespace Sagas.Persistence;

/// <summary>
/// A row of <c>operator_action</c>: what an operator did to something other than a saga. What is done to sagas stands
/// in <c>saga_history</c>. Append-only.
/// </summary>
public sealed class OperatorAction
{
    /// <summary>The action's id.</summary>
    public Guid Id { get; set; }

    /// <summary>When it was done (UTC).</summary>
    public DateTime Time { get; set; }

    /// <summary>Who did it.</summary>
    public string Operator { get; set; } = "";

    /// <summary>
    /// What was done: <c>ParkedMessageRetried</c>, <c>ParkedMessageDiscarded</c>, <c>CircuitReset</c>,
    /// <c>DefinitionWithdrawn</c> or <c>DefinitionRestored</c>.
    /// </summary>
    public string Action { get; set; } = "";

    /// <summary>
    /// To what: a message's number, type and destination, a circuit breaker's destination, or a definition's name and
    /// version.
    /// </summary>
    public string Target { get; set; } = "";

    /// <summary>The saga that it concerns, if any.</summary>
    public Guid? SagaId { get; set; }

    /// <summary>Why.</summary>
    public string Reason { get; set; } = "";
}
