namespace Sagas.IntegrationTests.Faults;

/// <summary>What the databases say about one saga.</summary>
internal sealed record SagaRecord
{
    /// <summary>Which saga of the mix it is.</summary>
    public required int Number { get; init; }

    /// <summary>Its state, in <c>saga_state</c>.</summary>
    public required string State { get; init; }

    /// <summary>Its life, in the order of <c>saga_history</c>.</summary>
    public IReadOnlyList<HistoryLine> History { get; init; } = [];

    /// <summary>What the participants did for it, in the order of their <c>effect_log</c>.</summary>
    public IReadOnlyList<LogLine> Log { get; init; } = [];

    /// <summary>The rows of the participants' own tables: which step, and whether it was undone.</summary>
    public IReadOnlyList<EffectRow> Effects { get; init; } = [];

    /// <summary>A line of <c>saga_history</c>.</summary>
    /// <param name="Time">When it happened.</param>
    /// <param name="Event">What happened.</param>
    /// <param name="Until">By when something must follow: the deadline of an attempt, or the next one.</param>
    internal sealed record HistoryLine(DateTime Time, string Event, DateTime? Until = null);

    /// <summary>A line of <c>effect_log</c>.</summary>
    /// <param name="Step">The step.</param>
    /// <param name="Direction"><c>Execute</c> or <c>Compensate</c>.</param>
    internal sealed record LogLine(string Step, string Direction);

    /// <summary>A row of <c>stock_reservation</c>, <c>card_charge</c> or <c>shipment</c>.</summary>
    /// <param name="Step">The step.</param>
    /// <param name="IsUndone">Whether it has the time of its undoing.</param>
    internal sealed record EffectRow(string Step, bool IsUndone);
}
