
namespace Sagas.Persistence.Store;

/// <summary>
/// A row of <c>operator_action</c>: what an operator did to something other than a saga, or was refused, also of a saga.
/// What is done to sagas stands in <c>saga_history</c>. Append-only.
/// </summary>
public sealed class OperatorAction
{
    /// <summary>The action's id.</summary>
    public Guid Id { get; set; }

    /// <summary>The value of <see cref="Outcome"/> for what was done.</summary>
    public const string Done = "Done";

    /// <summary>The value of <see cref="Outcome"/> for what was refused: it changed nothing.</summary>
    public const string Refused = "Refused";

    /// <summary>When it was done, or refused (UTC).</summary>
    public DateTime Time { get; set; }

    /// <summary>Who did it, or wanted it; a name that nobody has checked ends with <c>(unverified)</c>.</summary>
    public string Operator { get; set; } = "";

    /// <summary>
    /// What was done: <c>ParkedMessageRetried</c>, <c>ParkedMessageDiscarded</c>, <c>CircuitReset</c>,
    /// <c>DefinitionWithdrawn</c> or <c>DefinitionRestored</c>. Of what was refused, what was asked for: the name of the
    /// message or of the API's operation, for instance <c>RetrySaga</c> or <c>ResetCircuit</c>.
    /// </summary>
    public string Action { get; set; } = "";

    /// <summary>
    /// To what: a message's number, type and destination, a circuit breaker's destination, or a definition's name and
    /// version.
    /// </summary>
    public string Target { get; set; } = "";

    /// <summary>The saga that it concerns, if any.</summary>
    public Guid? SagaId { get; set; }

    /// <summary>Why; empty where it was refused before that was read.</summary>
    public string Reason { get; set; } = "";

    /// <summary><see cref="Done"/> or <see cref="Refused"/>.</summary>
    public string Outcome { get; set; } = Done;

    /// <summary>The code of the refusal.</summary>
    public string? RefusalCode { get; set; }

    /// <summary>Why it was refused.</summary>
    public string? Refusal { get; set; }
}
