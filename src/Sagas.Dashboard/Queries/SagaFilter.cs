namespace Sagas.Dashboard.Queries;

/// <summary>Which sagas to list.</summary>
internal sealed record SagaFilter
{
    /// <summary>In one of these states; none named is all.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>Of this definition.</summary>
    public string? Name { get; init; }

    /// <summary>Of this version of it.</summary>
    public int? Version { get; init; }

    /// <summary>Started at this instant or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Started before this instant.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>What to look for.</summary>
    public string? Text { get; init; }

    /// <summary>In which order.</summary>
    public SagaSort Sort { get; init; }

    /// <summary>Where the page before ended.</summary>
    public string? Cursor { get; init; }

    /// <summary>How many at most.</summary>
    public int Limit { get; init; } = 50;
}
