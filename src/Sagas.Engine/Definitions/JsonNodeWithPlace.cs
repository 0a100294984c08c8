using System.Text.Json;

namespace Sagas.Engine.Definitions;

/// <summary>A JSON value and the line that it stands on, which <see cref="JsonDocument"/> does not tell.</summary>
internal sealed record JsonNodeWithPlace(JsonTokenType Type, int Line)
{
    /// <summary>
    /// The text of a string, otherwise the value as it was written; <c>{…}</c> and <c>[…]</c> for what has parts.
    /// </summary>
    public string Text { get; init; } = "";

    /// <summary>The properties of an object, in their order, duplicates included.</summary>
    public List<(string Name, JsonNodeWithPlace Value)> Members { get; init; } = [];

    /// <summary>The elements of an array.</summary>
    public List<JsonNodeWithPlace> Items { get; init; } = [];

    /// <summary>The value as it looks in JSON.</summary>
    public string Display => Type is JsonTokenType.String
        ? DisplayJson.Of(Text)
        : Text;
}
