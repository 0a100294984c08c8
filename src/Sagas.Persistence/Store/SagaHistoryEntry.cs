namespace Sagas.Persistence.Store;

/// <summary>A row of <c>saga_history</c>: an event of a saga's life. Append-only.</summary>
public sealed class SagaHistoryEntry
{
    /// <summary>The saga.</summary>
    public Guid SagaId { get; set; }

    /// <summary>The entry's number within the saga, from 1, without gaps.</summary>
    public int Sequence { get; set; }

    /// <summary>When it happened (UTC).</summary>
    public DateTime Time { get; set; }

    /// <summary>What happened, for instance <c>StepSucceeded</c>.</summary>
    public string Event { get; set; } = "";

    /// <summary>The step that it is about, if any.</summary>
    public string? Step { get; set; }

    /// <summary><c>Execute</c> or <c>Compensate</c>, if it is about a step.</summary>
    public string? Direction { get; set; }

    /// <summary>The attempt that it is about, if any.</summary>
    public int? Attempt { get; set; }

    /// <summary>A JSON object with what else there is to know, never a payload; or <see langword="null"/>.</summary>
    public string? Detail { get; set; }
}
