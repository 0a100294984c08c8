using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Sagas.Contracts.Text;

namespace Sagas.Orchestration.Transport.PlainJson;

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

    // As deep as anything that was flattened may be: reading needs no stack.
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    // What JSON itself does not need is not escaped.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static readonly UTF8Encoding Strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Reads a body in any encoding that .NET knows, with a byte order mark or without, as <see cref="StorableJson"/>
    /// keeps it; what is nested deeper than so many levels as the text that it is.
    /// </summary>
    /// <param name="body">The body.</param>
    /// <param name="charset">The charset that comes with it, or <see langword="null"/>.</param>
    /// <param name="levels">The levels.</param>
    /// <param name="json">The JSON.</param>
    /// <returns>Whether it is JSON, or almost (<see cref="AlmostJson"/>).</returns>
    public static bool TryRead(ReadOnlyMemory<byte> body, string? charset, int levels, out JsonElement json)
    {
        // JSON is UTF-8 (RFC 8259) whatever the charset says, unless it cannot be.
        foreach (var encoding in (Encoding?[])[OfMark(body.Span), Strict, OfName(charset), Encoding.UTF8])
        {
            if (encoding is not null && TryParse(encoding, body.Span, levels, out json))
            {
                return true;
            }
        }

        json = default;
        return false;
    }

    /// <summary>Reads a body that is UTF-8, with what is nested deeper than so many levels as the text that it is.</summary>
    /// <param name="body">The body.</param>
    /// <param name="levels">The levels.</param>
    /// <param name="json">The JSON.</param>
    /// <returns>Whether it is JSON that is nested deeper.</returns>
    public static bool TryFlatten(ReadOnlySpan<byte> body, int levels, out JsonElement json)
    {
        json = default;
        try
        {
            return Flattened(body, levels) is { } flat && TryParse(Strict, flat.WrittenSpan, levels, out json);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The same JSON, with what is nested deeper as the text that it is.</summary>
    public static JsonElement Flatten(JsonElement json, int levels = MostLevels) =>
        Flattened(JsonMarshal.GetRawUtf8Value(json), levels) is { } flat ? JsonElement.Parse(flat.WrittenSpan) : json;

    /// <summary>Whether a body is UTF-8 without a byte order mark, as JSON should be.</summary>
    public static bool IsPlainUtf8(ReadOnlySpan<byte> body) => body is not [0xEF, 0xBB, 0xBF, ..] && Utf8.IsValid(body);

    /// <summary>
    /// A body in UTF-8: from the encoding of its mark, of the charset that comes with it, or, with U+FFFD for what is none, from
    /// UTF-8.
    /// </summary>
    public static byte[] ToUtf8(ReadOnlySpan<byte> body, string? charset)
    {
        var encoding = OfMark(body) ?? OfName(charset) ?? Encoding.UTF8;
        return Encoding.UTF8.GetBytes(encoding.GetString(body).TrimStart('\uFEFF'));
    }

    private static bool TryParse(Encoding encoding, ReadOnlySpan<byte> body, int levels, out JsonElement json)
    {
        json = default;
        try
        {
            var text = encoding.GetString(body).TrimStart('\uFEFF');
            json = ParseAlmost(text, levels);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or DecoderFallbackException)
        {
            return false;
        }
    }

    private static JsonElement ParseAlmost(string text, int levels)
    {
        try
        {
            return Parse(text, levels);
        }
        catch (JsonException) when (AlmostJson.Rewrite(Encoding.UTF8.GetBytes(text), out _) is { } rewritten)
        {
            return Parse(Encoding.UTF8.GetString(rewritten), levels);
        }
    }

    private static JsonElement Parse(string text, int levels)
    {
        ReadOnlyMemory<byte> storable = Encoding.UTF8.GetBytes(StorableJson.Of(text));
        using var document = JsonDocument.Parse(Flattened(storable.Span, levels)?.WrittenMemory ?? storable, AnyDepth);
        return document.RootElement.Clone();
    }

    private static Encoding? OfMark(ReadOnlySpan<byte> body) => body switch
    {
        [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8,
        [0xFF, 0xFE, 0, 0, ..] => Encoding.UTF32,
        [0xFF, 0xFE, ..] => Encoding.Unicode,
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,

        // JSON begins with two characters of ASCII (RFC 4627, section 3).
        [not 0, 0, not 0, 0, ..] => Encoding.Unicode,
        [0, not 0, 0, not 0, ..] => Encoding.BigEndianUnicode,
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

    /// <summary>
    /// In one pass: a document of what is nested a hundred thousand levels deep takes .NET seconds, as it looks for the begin of
    /// each level from its end.
    /// </summary>
    /// <returns><see langword="null"/> if nothing is nested that deep.</returns>
    private static ArrayBufferWriter<byte>? Flattened(ReadOnlySpan<byte> json, int levels)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        ArrayBufferWriter<byte>? flat = null;
        var copied = 0;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= levels)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                flat ??= new ArrayBufferWriter<byte>(json.Length);
                flat.Write(json[copied..start]);
                copied = (int)reader.BytesConsumed;
                flat.Write("\""u8);
                flat.Write(JsonEncodedText.Encode(json[start..copied], Encoder).EncodedUtf8Bytes);
                flat.Write("\""u8);
            }
        }

        flat?.Write(json[copied..]);
        return flat;
    }
}
