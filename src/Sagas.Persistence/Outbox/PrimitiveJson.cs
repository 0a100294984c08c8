using System.Text.Json;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// Headers and transport properties as a JSON object of texts, numbers and truth values, which is what a transport can
/// carry.
/// </summary>
internal static class PrimitiveJson
{
    private static readonly JsonSerializerOptions Options = new();

    public static string? Serialize(IReadOnlyDictionary<string, object> values)
    {
        return values.Count == 0 ? null : JsonSerializer.Serialize(values, Options);
    }

    public static IReadOnlyDictionary<string, object> Deserialize(string? json)
    {
        var values = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        if (string.IsNullOrEmpty(json))
        {
            return values;
        }

        using var document = JsonDocument.Parse(json);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (ToPrimitive(property.Value) is { } value)
            {
                values[property.Name] = value;
            }
        }

        return values;
    }

    private static object? ToPrimitive(JsonElement value)
    {
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number when value.TryGetInt64(out var number) => number,
            JsonValueKind.Number => value.GetDouble(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
                value.EnumerateArray().Select(item => item.GetString()!).ToArray(),
            _ => null,
        };
    }
}
