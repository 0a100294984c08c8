using System.Globalization;
using System.Text.Json;
using Sagas.Contracts.Text;

namespace Sagas.Engine.Definitions;

/// <summary>
/// Takes the properties of one JSON object by name and kind, and reports those that are of another kind, that nobody
/// knows, or that are there twice.
/// </summary>
internal sealed class ObjectReader
{
    private const string FlagAllowed = "Allowed: true or false, without quotes";

    private readonly Dictionary<string, JsonNodeWithPlace> _members = [];
    private readonly MistakeList _mistakes;
    private readonly string _path;

    public ObjectReader(JsonNodeWithPlace node, string path, IReadOnlyList<string> known, MistakeList mistakes)
    {
        _path = path;
        _mistakes = mistakes;
        mistakes.Locate(path, node.Line);
        foreach (var (name, value) in node.Members)
        {
            var place = PathOf(name);
            if (!known.Contains(name))
            {
                AddUnknown(name, place, value.Line, known);
            }
            else if (!_members.TryAdd(name, value))
            {
                AddHere(place, value.Line, "is there twice", "Remove one of the two");
            }
            else
            {
                mistakes.Locate(place, value.Line);
            }
        }
    }

    public string PathOf(string property) => JsonPlace.Below(_path, property);

    /// <summary>Reports a property that must be there and is not.</summary>
    public void Require(string property, string allowed)
    {
        if (Any(property) is null)
        {
            _mistakes.Missing(PathOf(property), allowed);
        }
    }

    /// <summary>The property whatever its kind is, or <see langword="null"/> when it is not there.</summary>
    public JsonNodeWithPlace? Any(string property) => _members.GetValueOrDefault(property);

    public string? Text(string property, string allowed) =>
        Take(property, allowed, "a text", JsonTokenType.String)?.Text;

    public bool? Flag(string property) =>
        Take(property, FlagAllowed, "true or false", JsonTokenType.True, JsonTokenType.False) is { } node
            ? node.Type is JsonTokenType.True
            : null;

    public int? Integer(string property, string allowed)
    {
        if (Take(property, allowed, "a number", JsonTokenType.Number) is not { } node)
        {
            return null;
        }

        if (int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        _mistakes.Add(PathOf(property), node.Display, "is not a whole number in range", allowed);
        return null;
    }

    public double? Number(string property, string allowed) =>
        Take(property, allowed, "a number", JsonTokenType.Number) is { } node
            ? double.Parse(node.Text, CultureInfo.InvariantCulture)
            : null;

    public TimeSpan? Time(string property, string allowed)
    {
        if (Take(property, allowed, "a duration in quotes", JsonTokenType.String) is not { } node)
        {
            return null;
        }

        if (Duration.TryParse(node.Text, out var duration))
        {
            return duration;
        }

        _mistakes.Add(PathOf(property), node.Display, "is not a duration", allowed);
        return null;
    }

    public MessageFormat? Format(string property)
    {
        const string Allowed = "Allowed: \"envelope\" (MassTransit's envelope) or \"json\" (plain JSON)";
        if (Text(property, Allowed) is not { } name)
        {
            return null;
        }

        if (MessageFormatNames.Parse(name) is { } format)
        {
            return format;
        }

        var hint = Suggestion.For(name, MessageFormatNames.All);
        _mistakes.Add(
            PathOf(property),
            DisplayJson.Of(name),
            hint is null ? "is not a format" : $"is not a format; did you mean \"{hint}\"?",
            Allowed);
        return null;
    }

    public JsonNodeWithPlace? Object(string property, string allowed) =>
        Take(property, allowed, "an object", JsonTokenType.StartObject);

    public JsonNodeWithPlace? Array(string property, string allowed) =>
        Take(property, allowed, "an array", JsonTokenType.StartArray);

    private JsonNodeWithPlace? Take(
        string property,
        string allowed,
        string kind,
        params ReadOnlySpan<JsonTokenType> types)
    {
        if (Any(property) is not { } node)
        {
            return null;
        }

        if (types.Contains(node.Type))
        {
            return node;
        }

        _mistakes.Add(PathOf(property), node.Display, $"is not {kind}", allowed);
        return null;
    }

    private void AddUnknown(string name, string place, int line, IReadOnlyList<string> known)
    {
        var hint = Suggestion.For(name, known);
        AddHere(
            place,
            line,
            hint is null ? "is not known here" : $"is not known here; did you mean \"{hint}\"?",
            $"Allowed: {string.Join(", ", known)}");
    }

    /// <summary>Adds a mistake at a line of its own, because the place has another one or none that matters.</summary>
    private void AddHere(string place, int line, string problem, string allowed) =>
        _mistakes.Add(new DefinitionMistake(_mistakes.Source, place, Value: null, problem, allowed) { Line = line });
}
