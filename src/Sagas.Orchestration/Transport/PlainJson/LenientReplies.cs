using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sagas.Orchestration.Transport.PlainJson;

/// <summary>
/// Reads the fields of a reply in every form that means only one thing: a number as text or with a fraction of zero, a UUID in
/// any of its forms, a code that is a number. Who has acted has acted, whatever types its language has.
/// </summary>
internal static class LenientReplies
{
    /// <summary>The same options with which the replies of participants are read.</summary>
    public static JsonSerializerOptions Of(JsonSerializerOptions options)
    {
        var lenient = new JsonSerializerOptions(options);
        lenient.Converters.Insert(0, new Number());
        lenient.Converters.Insert(0, new Seconds());
        lenient.Converters.Insert(0, new Flag());
        lenient.Converters.Insert(0, new Id());
        lenient.Converters.Insert(0, new Text());
        return lenient;
    }

    private static decimal? ReadNumber(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetDecimal(out var number) => number,
        JsonTokenType.String when decimal.TryParse(
            reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    /// <summary>A reply is read, never written.</summary>
    private abstract class ReadOnly<T> : JsonConverter<T>
    {
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Replies are not written with these options.");
    }

    private sealed class Number : ReadOnly<int>
    {
        public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            ReadNumber(ref reader) is { } number && decimal.IsInteger(number) && number is >= int.MinValue and <= int.MaxValue
                ? (int)number
                : throw new JsonException();
    }

    /// <summary>A pause: what is too long is bounded where it is kept, and a fraction is waited for.</summary>
    private sealed class Seconds : ReadOnly<int?>
    {
        public override int? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? null
            : ReadNumber(ref reader) is { } seconds ? (int)Math.Ceiling(Math.Clamp(seconds, int.MinValue, int.MaxValue))
            : IsVast(ref reader) ? int.MaxValue
            : throw new JsonException();

        private static bool IsVast(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Number
            ? reader.TryGetDouble(out var number) && number > int.MaxValue
            : reader.TokenType == JsonTokenType.String
                && double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number)
                && number > int.MaxValue;
    }

    private sealed class Flag : ReadOnly<bool>
    {
        public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType switch
            {
                JsonTokenType.True => true,
                JsonTokenType.False => false,
                JsonTokenType.String when bool.TryParse(reader.GetString(), out var flag) => flag,
                _ => throw new JsonException(),
            };
    }

    private sealed class Id : ReadOnly<Guid>
    {
        public override Guid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Guid.TryParse(reader.GetString(), out var id)
                ? id
                : throw new JsonException();
    }

    private sealed class Text : ReadOnly<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString(),
                JsonTokenType.Number => JsonElement.ParseValue(ref reader).GetRawText(),
                _ => throw new JsonException(),
            };
    }
}
