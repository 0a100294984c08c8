namespace Sagas.Worker.Operations.Queries;

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

    /// <summary>Whether this worker has loaded it, so that sagas can be started on it.</summary>
    public required bool IsLoaded { get; init; }

    /// <summary>When the first saga started on it; absent if none has.</summary>
    public DateTimeOffset? UsedSince { get; init; }
}
