using MassTransit;

namespace Sagas.Persistence.Store;

/// <summary>
/// A row of <c>saga_state</c>: one saga as MassTransit's state machine loads and saves it. The columns are a public
/// interface for people with SQL; the JSON texts are written and read by the worker's engine alone.
/// </summary>
public sealed class SagaState : SagaStateMachineInstance
{
    /// <summary>The saga's id, column <c>id</c>.</summary>
    public Guid CorrelationId { get; set; }

    /// <summary>The definition's name.</summary>
    public string Name { get; set; } = "";

    /// <summary>The definition's version, from 1.</summary>
    public int Version { get; set; }

    /// <summary>
    /// <c>Running</c>, <c>Compensating</c>, <c>Suspended</c>, <c>Completed</c>, <c>Compensated</c> or <c>Aborted</c>.
    /// </summary>
    public string State { get; set; } = "";

    /// <summary>The step in hand, or <see langword="null"/> in a terminal state.</summary>
    public string? CurrentStep { get; set; }

    /// <summary><c>Execute</c> or <c>Compensate</c>, or <see langword="null"/> in a terminal state.</summary>
    public string? Direction { get; set; }

    /// <summary>The attempt in hand of that direction of that step, from 1; 0 in a terminal state.</summary>
    public int Attempt { get; set; }

    /// <summary>
    /// The next instant (UTC) at which the engine must look at the saga by itself. Never <see langword="null"/> for a
    /// saga that is neither terminal nor suspended.
    /// </summary>
    public DateTime? DueAt { get; set; }

    /// <summary>
    /// Until when (UTC) some worker has taken the due saga in hand. Written by the claim, cleared by every change.
    /// </summary>
    public DateTime? DueClaimedUntil { get; set; }

    /// <summary>The input: a JSON object.</summary>
    public string Input { get; set; } = "{}";

    /// <summary>The results of the steps that succeeded: a JSON object, one property a step.</summary>
    public string Results { get; set; } = "{}";

    /// <summary>
    /// A JSON array, one object a step in the definition's order: status, attempts, times, last error.
    /// </summary>
    public string Steps { get; set; } = "[]";

    /// <summary>Why the saga turned back or was suspended: a JSON object, or <see langword="null"/>.</summary>
    public string? Failure { get; set; }

    /// <summary>How many history rows the saga has.</summary>
    public int HistorySequence { get; set; }

    /// <summary>How many events the saga has published.</summary>
    public int EventSequence { get; set; }

    /// <summary>When the saga was started (UTC).</summary>
    public DateTime StartedAt { get; set; }

    /// <summary>When it last changed (UTC).</summary>
    public DateTime UpdatedAt { get; set; }

    /// <summary>When it reached a terminal state (UTC), or <see langword="null"/>.</summary>
    public DateTime? EndedAt { get; set; }

    /// <summary>
    /// Where in which trace the saga was started: a W3C <c>traceparent</c>, or <see langword="null"/> if nothing was
    /// traced.
    /// </summary>
    public string? TraceParent { get; set; }

    /// <summary>The W3C <c>tracestate</c> that came with it, or <see langword="null"/>.</summary>
    public string? TraceState { get; set; }

    /// <summary>
    /// Who started the saga over HTTP, as the API knows it; <see langword="null"/> if it was started by a message.
    /// </summary>
    public string? StartedBy { get; set; }

    /// <summary>Counts the row's changes, from 1: the optimistic concurrency token.</summary>
    public int RowVersion { get; set; }
}
