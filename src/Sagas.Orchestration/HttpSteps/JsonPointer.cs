using System.Globalization;
using System.Text.Json;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>JSON pointers (RFC 6901).</summary>
internal static class JsonPointer
{
    /// <summary>Finds a value in a document.</summary>
    public static bool TryFind(JsonElement document, string pointer, out JsonElement value)
    {
        value = document;
        foreach (var part in pointer.Split('/').Skip(1))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (!TryGet(ref value, name))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryGet(ref JsonElement json, string name)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            return json.TryGetProperty(name, out json);
        }

        var isItem = json.ValueKind == JsonValueKind.Array
            && (name == "0" || !name.StartsWith('0'))
            && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < json.GetArrayLength();
        if (isItem)
        {
            json = json[int.Parse(name, NumberStyles.None, CultureInfo.InvariantCulture)];
        }

        return isItem;
    }
}
