namespace Sagas.Dashboard.Queries;

/// <summary>A saga definition in a list.</summary>
internal sealed record DefinitionView
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The version.</summary>
    public required int Version { get; init; }

    /// <summary>What the saga is for.</summary>
    public required string Description { get; init; }

    /// <summary>The steps' names in their order.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>Whether this worker has loaded it. Sagas start on what any worker has stored.</summary>
    public required bool IsLoaded { get; init; }

    /// <summary>Since when no saga starts on it any more; absent if it was not withdrawn.</summary>
    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>
    /// Why this worker cannot read it, and leaves it to those that can; absent if it can.
    /// </summary>
    public string? Problem { get; init; }

    /// <summary>When the first saga started on it; absent if none has.</summary>
    public DateTimeOffset? UsedSince { get; init; }
}
