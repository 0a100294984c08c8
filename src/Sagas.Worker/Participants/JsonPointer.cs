using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sagas.Worker.Participants;

/// <summary>JSON pointers (RFC 6901).</summary>
internal static class JsonPointer
{
    /// <summary>Finds a value in a document; there is none in what is not JSON.</summary>
    public static bool TryFind(ReadOnlyMemory<byte> document, string pointer, out JsonElement value)
    {
        value = default;
        if (document.Span.StartsWith(Encoding.UTF8.Preamble))
        {
            document = document[Encoding.UTF8.Preamble.Length..];
        }

        try
        {
            value = JsonElement.Parse(document.Span);
        }
        catch (JsonException)
        {
            return false;
        }

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
