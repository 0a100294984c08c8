using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sagas.Worker.Orchestration;

/// <summary>Brings JSON from outside into a form that every database keeps.</summary>
internal static partial class StorableJson
{
    /// <summary>
    /// The same JSON, with the replacement character U+FFFD for what PostgreSQL's <c>jsonb</c> refuses in its strings: NUL
    /// and halves of surrogate pairs. In .NET as in most languages no such text is meant.
    /// </summary>
    public static JsonElement Of(JsonElement json)
    {
        var text = json.GetRawText();
        return text.Contains(@"\u", StringComparison.Ordinal) && Refused().IsMatch(text)
            ? JsonElement.Parse(Refused().Replace(text, @"\ufffd"))
            : json;
    }

    [GeneratedRegex(
        @"(?<=(?<!\\)(?:\\\\)*)\\u(?:0000|[dD][89aAbB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89aAbB][0-9a-fA-F]{2}\\u)[dD][c-fC-F][0-9a-fA-F]{2})",
        RegexOptions.CultureInvariant)]
    private static partial Regex Refused();
}
