using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Sagas.Persistence;

namespace Sagas.Worker.Transport.PlainJson;

/// <summary>
/// Reads the JSON of a response or a message, and brings it into a form that messages, databases and participants take: who has
/// acted has acted, whatever he says about it.
/// </summary>
internal static class ForeignJson
{
    /// <summary>
    /// How many levels a result may be nested: the reply that carries it, and the commands that carry it on, add some
    /// of their own.
    /// </summary>
    public const int MostLevels = MessageReader.MaxInputDepth;

    // As deep as anything that is read at all: reading needs no stack.
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    // What JSON itself does not need is not escaped.
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly UTF8Encoding Strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Reads a body in any encoding that .NET knows, with a byte order mark or without, as <see cref="StorableJson"/>
    /// keeps it.
    /// </summary>
    /// <param name="body">The body.</param>
    /// <param name="charset">The charset that comes with it, or <see langword="null"/>.</param>
    /// <param name="json">The JSON.</param>
    /// <returns>Whether it is JSON.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> body, string? charset, out JsonElement json)
    {
        // JSON is UTF-8 (RFC 8259) whatever the charset says, unless it cannot be.
        foreach (var encoding in (Encoding?[])[OfMark(body.Span), Strict, OfName(charset), Encoding.UTF8])
        {
            if (encoding is not null && TryParse(encoding, body.Span, out json))
            {
                return true;
            }
        }

        json = default;
        return false;
    }

    /// <summary>Reads a body that is UTF-8, however deep it is nested.</summary>
    public static bool TryReadDeep(ReadOnlySpan<byte> body, out JsonElement json) => TryParse(Strict, body, out json);

    /// <summary>The same JSON, with what is nested deeper as the text that it is.</summary>
    public static JsonElement Flatten(JsonElement json, int levels = MostLevels)
    {
        if (!JsonDepth.IsOver(levels, json))
        {
            return json;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            Write(writer, json, levels);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    /// <summary>Whether a body is UTF-8 without a byte order mark, as JSON should be.</summary>
    public static bool IsPlainUtf8(ReadOnlySpan<byte> body) => body is not [0xEF, 0xBB, 0xBF, ..] && Utf8.IsValid(body);

    private static bool TryParse(Encoding encoding, ReadOnlySpan<byte> body, out JsonElement json)
    {
        json = default;
        try
        {
            var text = StorableJson.Of(encoding.GetString(body).TrimStart('\uFEFF'));
            using var document = JsonDocument.Parse(text, AnyDepth);
            json = document.RootElement.Clone();
            return true;
        }
        catch (Exception exception) when (exception is JsonException or DecoderFallbackException)
        {
            return false;
        }
    }

    private static Encoding? OfMark(ReadOnlySpan<byte> body) => body switch
    {
        [0xFF, 0xFE, 0, 0, ..] => Encoding.UTF32,
        [0xFF, 0xFE, ..] => Encoding.Unicode,
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
        _ => null,
    };

    private static Encoding? OfName(string? charset)
    {
        if (charset?.Trim('"', ' ') is not { Length: > 0 } name)
        {
            return null;
        }

        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static void Write(Utf8JsonWriter writer, JsonElement json, int levels)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object or JsonValueKind.Array when levels == 0:
                writer.WriteStringValue(json.GetRawText());
                break;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in json.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value, levels - 1);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray())
                {
                    Write(writer, item, levels - 1);
                }

                writer.WriteEndArray();
                break;
            default:
                json.WriteTo(writer);
                break;
        }
    }
}
