namespace Sagas.Engine;

/// <summary>What the engine made of one input. All of it commits together, or nothing.</summary>
/// <param name="Saga">The new state; the very object that came in when nothing changed.</param>
/// <param name="Messages">What to send, in this order.</param>
/// <param name="History">What to append to the history.</param>
/// <param name="Refusal">Why an operator's command changed nothing, or <see langword="null"/>.</param>
internal sealed record SagaTransition(
    SagaInstance Saga,
    IReadOnlyList<OutgoingMessage> Messages,
    IReadOnlyList<HistoryRecord> History,
    Refusal? Refusal = null);
