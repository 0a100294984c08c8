namespace Sagas.Dashboard.Queries;

/// <summary>How many sagas there are.</summary>
internal sealed record SagaCounts
{
    /// <summary>When they were counted.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>All of them.</summary>
    public required long Total { get; init; }

    /// <summary>By state; every state is there.</summary>
    public required IReadOnlyDictionary<string, long> ByState { get; init; }

    /// <summary>By definition's name, and within it by state; states without sagas are left out.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> ByName { get; init; }
}
