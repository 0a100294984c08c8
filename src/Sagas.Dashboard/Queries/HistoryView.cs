using System.Text.Json;

namespace Sagas.Dashboard.Queries;

/// <summary>An event of a saga's life.</summary>
internal sealed record HistoryView
{
    /// <summary>Its number within the saga, from 1, without gaps.</summary>
    public required int Sequence { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What happened, for instance <c>StepSucceeded</c>.</summary>
    public required string Event { get; init; }

    /// <summary>The step that it is about, if any.</summary>
    public string? Step { get; init; }

    /// <summary><c>Execute</c> or <c>Compensate</c>, if it is about a step.</summary>
    public string? Direction { get; init; }

    /// <summary>The attempt that it is about, if any.</summary>
    public int? Attempt { get; init; }

    /// <summary>
    /// What else there is to know, for instance <c>code</c>, <c>message</c>, <c>operator</c>, <c>reason</c>.
    /// </summary>
    public JsonElement? Detail { get; init; }
}
