namespace Sagas.Dashboard.Pages.Models;

/// <summary>A saga definition.</summary>
/// <param name="Name">The name.</param>
/// <param name="Version">The version.</param>
/// <param name="Description">What the saga is for.</param>
/// <param name="Steps">The steps' names in their order.</param>
/// <param name="IsLoaded">Whether this worker has loaded it.</param>
/// <param name="UsedSince">When the first saga started on it.</param>
/// <param name="WithdrawnAt">Since when no saga starts on it any more.</param>
/// <param name="Problem">Why this worker cannot read it.</param>
public sealed record DefinitionRow(
    string Name,
    int Version,
    string Description,
    IReadOnlyList<string> Steps,
    bool IsLoaded,
    DateTimeOffset? UsedSince,
    DateTimeOffset? WithdrawnAt,
    string? Problem);
