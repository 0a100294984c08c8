using System.Text.Json;

namespace Sagas.Engine.Definitions.Http;

/// <summary>Finds the placeholders of a request.</summary>
internal static class HttpPlaceholders
{
    /// <summary>Those of its URL, headers and body. A text that is no template has none.</summary>
    public static IEnumerable<TemplatePart.Placeholder> Placeholders(this HttpParticipant http)
    {
        var headers = http.Headers.Values.Select(header => header.Text).OfType<string>();
        var body = http.Body is { } json ? Texts(json) : [];
        return ((IEnumerable<string>)[http.Url, .. headers, .. body])
            .SelectMany(text => Template.TryParse(text, out var template, out _) ? template.Placeholders : []);
    }

    private static IEnumerable<string> Texts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => [json.GetString()!],
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(property => Texts(property.Value)),
        _ => [],
    };
}
