using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sagas.Worker.Orchestration;

/// <summary>Immutable JSON objects.</summary>
internal static class JsonObjects
{
    // The texts go to columns and messages, never into HTML: they stay readable.
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The object without properties.</summary>
    public static JsonElement Empty { get; } = JsonElement.Parse("{}");

    /// <summary>The object with a property added or replaced; no value is written as <c>null</c>.</summary>
    public static JsonElement With(this JsonElement json, string name, JsonElement? value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            foreach (var property in json.EnumerateObject().Where(property => !property.NameEquals(name)))
            {
                property.WriteTo(writer);
            }

            writer.WritePropertyName(name);
            if (value is { ValueKind: not JsonValueKind.Undefined } some)
            {
                some.WriteTo(writer);
            }
            else
            {
                writer.WriteNullValue();
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
