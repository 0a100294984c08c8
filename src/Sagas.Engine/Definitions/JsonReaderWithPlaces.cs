using System.Text;
using System.Text.Json;

namespace Sagas.Engine.Definitions;

/// <summary>Reads a JSON document and keeps the line of every value.</summary>
/// <remarks>
/// By hand, because <see cref="JsonSerializer"/> stops at the first mistake and <see cref="JsonDocument"/> keeps no
/// lines: all mistakes of a definition are reported at once, each with its place.
/// </remarks>
internal static class JsonReaderWithPlaces
{
    private const int MaxDepth = 16;

    /// <summary>Reads a document: strict JSON in UTF-8, with or without a byte order mark.</summary>
    /// <returns><see langword="null"/> when it is malformed; the mistake says where.</returns>
    public static JsonNodeWithPlace? Read(ReadOnlySpan<byte> document, MistakeList mistakes)
    {
        if (document.StartsWith(Encoding.UTF8.Preamble))
        {
            document = document[Encoding.UTF8.Preamble.Length..];
        }

        try
        {
            var json = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = MaxDepth });
            var lines = new LineCounter(document);
            json.Read();
            var root = ReadValue(ref json, ref lines);
            json.Read();
            return root;
        }
        catch (JsonException exception)
        {
            mistakes.Add(new DefinitionMistake(
                mistakes.Source,
                Path: "",
                Value: null,
                $"is not valid JSON: {Explain(exception.Message)}",
                "A definition is one JSON object, without comments and trailing commas")
            {
                Line = (int)(exception.LineNumber ?? 0) + 1,
                Column = (int)(exception.BytePositionInLine ?? 0) + 1,
            });
            return null;
        }
        catch (InvalidOperationException)
        {
            mistakes.Add(new DefinitionMistake(
                mistakes.Source,
                Path: "",
                Value: null,
                "holds a text that is not UTF-8, or half of a surrogate pair",
                "Save the file as UTF-8"));
            return null;
        }
    }

    private static JsonNodeWithPlace ReadValue(ref Utf8JsonReader json, ref LineCounter lines)
    {
        var line = lines.LineAt(json.TokenStartIndex);
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<(string, JsonNodeWithPlace)>();
                while (json.Read() && json.TokenType is not JsonTokenType.EndObject)
                {
                    var name = json.GetString()!;
                    json.Read();
                    members.Add((name, ReadValue(ref json, ref lines)));
                }

                return new JsonNodeWithPlace(JsonTokenType.StartObject, line) { Members = members, Text = "{…}" };

            case JsonTokenType.StartArray:
                var items = new List<JsonNodeWithPlace>();
                while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
                {
                    items.Add(ReadValue(ref json, ref lines));
                }

                return new JsonNodeWithPlace(JsonTokenType.StartArray, line) { Items = items, Text = "[…]" };

            case JsonTokenType.String:
                return new JsonNodeWithPlace(JsonTokenType.String, line) { Text = json.GetString()! };

            default:
                return new JsonNodeWithPlace(json.TokenType, line) { Text = Encoding.UTF8.GetString(json.ValueSpan) };
        }
    }

    /// <summary>
    /// Takes off the position, which the mistake names in its own way, and advice that is meant for programmers.
    /// </summary>
    private static string Explain(string message)
    {
        var position = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (position < 0 ? message : message[..position])
            .Replace(" Change the reader options.", "", StringComparison.Ordinal)
            .Replace(" in this mode", "", StringComparison.Ordinal)
            .TrimEnd('.', ' ');
    }

    /// <summary>Tells the line of positions that only go up, in one pass over the document.</summary>
    private ref struct LineCounter(ReadOnlySpan<byte> document)
    {
        private readonly ReadOnlySpan<byte> _document = document;
        private int _position;
        private int _line = 1;

        public int LineAt(long position)
        {
            _line += _document[_position..(int)position].Count((byte)'\n');
            _position = (int)position;
            return _line;
        }
    }
}
