using System.Text.Json;

namespace Sagas.Dashboard.Queries;

/// <summary>A saga definition as an author writes it, every default filled in.</summary>
internal sealed record DefinitionDetail
{
    /// <summary>Whether this worker has loaded it. Sagas start on what any worker has stored.</summary>
    public required bool IsLoaded { get; init; }

    /// <summary>When the first saga started on it; absent if none has.</summary>
    public DateTimeOffset? UsedSince { get; init; }

    /// <summary>The definition.</summary>
    public required JsonElement Definition { get; init; }
}
