namespace Sagas.Dashboard.Pages.Models;

/// <summary>The page of one saga.</summary>
public sealed record SagaModel
{
    /// <summary>The saga in short.</summary>
    public required SagaRow Saga { get; init; }

    /// <summary>Who started it over HTTP; <see langword="null"/> if it was started by a message.</summary>
    public required string? StartedBy { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it is where it is, and what it waits for, in whole sentences.</summary>
    public required IReadOnlyList<Sentence> Sentences { get; init; }

    /// <summary>What an operator can do now.</summary>
    public required IReadOnlyList<Choice> Choices { get; init; }

    /// <summary>Its steps over time.</summary>
    public required TimelineChart Timeline { get; init; }

    /// <summary>What happened to it.</summary>
    public required IReadOnlyList<HistoryLine> History { get; init; }

    /// <summary>From which entry on there is more, if the history is longer than the page shows.</summary>
    public required string? MoreHistory { get; init; }

    /// <summary>The input as JSON, or <see langword="null"/> for those who may not see it.</summary>
    public required string? Input { get; init; }

    /// <summary>The steps' results as JSON, or <see langword="null"/> for those who may not see them.</summary>
    public required string? Results { get; init; }

    /// <summary>The same on the command line.</summary>
    public required string CommandLine { get; init; }

    /// <summary>The same in SQL.</summary>
    public required string Sql { get; init; }
}
