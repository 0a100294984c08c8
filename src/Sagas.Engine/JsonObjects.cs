using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sagas.Engine;

/// <summary>Immutable JSON objects.</summary>
internal static class JsonObjects
{
    /// <summary>The texts go to columns and messages, never into HTML: they stay readable.</summary>
    public static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The object without properties.</summary>
    public static JsonElement Empty { get; } = JsonElement.Parse("{}");

    /// <summary>No value.</summary>
    public static JsonElement Null { get; } = JsonElement.Parse("null");

    /// <summary>The object with a property added or replaced; no value is written as <c>null</c>.</summary>
    public static JsonElement With(this JsonElement json, string name, JsonElement? value) =>
        Write(json, property => !property.NameEquals(name), writer =>
        {
            writer.WritePropertyName(name);
            if (value is { ValueKind: not JsonValueKind.Undefined } some)
            {
                some.WriteTo(writer);
            }
            else
            {
                writer.WriteNullValue();
            }
        });

    /// <summary>The object with some of its properties only.</summary>
    public static JsonElement Only(this JsonElement json, Func<string, bool> isKept) =>
        json.EnumerateObject().All(property => isKept(property.Name))
            ? json
            : Write(json, property => isKept(property.Name), static _ => { });

    private static JsonElement Write(JsonElement json, Func<JsonProperty, bool> isKept, Action<Utf8JsonWriter> append)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            foreach (var property in json.EnumerateObject().Where(isKept))
            {
                property.WriteTo(writer);
            }

            append(writer);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
