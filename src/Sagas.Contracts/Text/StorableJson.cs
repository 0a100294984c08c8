using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sagas.Contracts.Text;

/// <summary>Brings JSON from outside into a form that every database keeps.</summary>
internal static partial class StorableJson
{
    /// <summary>
    /// How many digits a number may have on either side of its point when it is written without an exponent. A 64-bit
    /// floating-point number has some 300; PostgreSQL's <c>jsonb</c> writes all of them out, and ends at 16,383.
    /// </summary>
    public const int MostDigits = 1000;

    /// <summary>
    /// The same JSON, with the replacement character U+FFFD for what PostgreSQL's <c>jsonb</c> refuses in its strings:
    /// NUL and halves of surrogate pairs; in .NET as in most languages no such text is meant. A number that is too vast
    /// to be kept becomes the text that it was written as.
    /// </summary>
    public static JsonElement Of(JsonElement json)
    {
        var text = json.GetRawText();
        var storable = Of(text);
        return ReferenceEquals(storable, text) ? json : JsonElement.Parse(storable);
    }

    /// <inheritdoc cref="Of(JsonElement)"/>
    public static string Of(string json)
    {
        json = WithStorableTexts(json);
        return MayBeVast().IsMatch(json) ? WithVastNumbersAsText(json) : json;
    }

    /// <summary>The same JSON with storable texts; its numbers are as they were.</summary>
    public static JsonElement WithStorableTexts(JsonElement json)
    {
        var text = json.GetRawText();
        var storable = WithStorableTexts(text);
        return ReferenceEquals(storable, text) ? json : JsonElement.Parse(storable);
    }

    /// <summary>Whether there is a number that is too vast to be kept.</summary>
    public static bool HasVastNumber(JsonElement json)
    {
        var text = json.GetRawText();
        return MayBeVast().IsMatch(text) && !ReferenceEquals(WithVastNumbersAsText(text), text);
    }

    private static string WithStorableTexts(string json) =>
        json.Contains(@"\u", StringComparison.Ordinal) ? Refused().Replace(json, @"\ufffd") : json;

    private static string WithVastNumbersAsText(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var storable = new ArrayBufferWriter<byte>(bytes.Length);
        var copied = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Number && IsVast(reader.ValueSpan))
            {
                storable.Write(bytes.AsSpan(copied, (int)reader.TokenStartIndex - copied));
                storable.Write("\""u8);
                storable.Write(reader.ValueSpan);
                storable.Write("\""u8);
                copied = (int)reader.BytesConsumed;
            }
        }

        if (copied == 0)
        {
            return json;
        }

        storable.Write(bytes.AsSpan(copied));
        return Encoding.UTF8.GetString(storable.WrittenSpan);
    }

    private static bool IsVast(ReadOnlySpan<byte> number)
    {
        var end = number.IndexOfAny((byte)'e', (byte)'E');
        var exponent = 0L;
        if (end >= 0
            && !long.TryParse(
                number[(end + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return true;
        }

        var digits = (end < 0 ? number : number[..end]).TrimStart((byte)'-');
        var point = digits.IndexOf((byte)'.');
        var (before, after) = point < 0 ? (digits.Length, 0) : (point, digits.Length - point - 1);
        return exponent is > MostDigits or < -MostDigits
            || before + exponent > MostDigits
            || after - exponent > MostDigits;
    }

    [GeneratedRegex(
        @"(?<=(?<!\\)(?:\\\\)*)\\u(?:0000|[dD][89aAbB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89aAbB][0-9a-fA-F]{2}\\u)[dD][c-fC-F][0-9a-fA-F]{2})",
        RegexOptions.CultureInvariant)]
    private static partial Regex Refused();

    // Only a long exponent or a long row of digits can do it: the search is much cheaper than reading the JSON.
    [GeneratedRegex("[0-9][eE][+-]?[0-9]{3}|[0-9]{900}", RegexOptions.CultureInvariant)]
    private static partial Regex MayBeVast();
}
