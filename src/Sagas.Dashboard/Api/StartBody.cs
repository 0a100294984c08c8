using System.Text.Json;

namespace Sagas.Dashboard.Api;

/// <summary>Asks for a saga.</summary>
internal sealed record StartBody
{
    /// <summary>The name of its definition.</summary>
    public required string Name { get; init; }

    /// <summary>The definition's version; by default the highest that is loaded.</summary>
    public int? Version { get; init; }

    /// <summary>What the participants need to know: an object. By default an empty one.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>The id of the new saga; by default the worker chooses it.</summary>
    public Guid? Id { get; init; }
}
