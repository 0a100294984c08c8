using System.Text.RegularExpressions;

namespace Sagas.Engine.Definitions.Http;

/// <summary>
/// The rules of a URL in a definition. Scheme, host and port are written out, so that no saga's input chooses where a
/// request goes.
/// </summary>
internal static partial class UrlTemplate
{
    public const int MaxLength = 2000;

    public const string Allowed =
        "Allowed: an absolute http or https URL of up to 2000 characters, with placeholders in path and query alone, " +
        "without user, fragment, blanks and the segments . and ..; other characters as %XX";

    /// <summary>The form, as a regular expression that the JSON schema shares.</summary>
    public const string Pattern = @"^https?://[A-Za-z0-9.:\[\]-]+([/?][^#\\\s]*)?$";

    /// <summary>Scheme, host and port.</summary>
    /// <returns><see langword="null"/> when the URL is not of the form.</returns>
    public static Uri? OriginOf(string url) =>
        Form().Match(url) is { Success: true } match
        && Uri.TryCreate(match.Groups["origin"].Value, UriKind.Absolute, out var origin)
            ? origin
            : null;

    /// <summary>What is wrong with a URL whose placeholders are in order, or <see langword="null"/>.</summary>
    public static string? ProblemOf(string url, Template template)
    {
        if (url.Length > MaxLength)
        {
            return "is too long";
        }

        if (OriginOf(url) is null)
        {
            return PlaceholderInOrigin().IsMatch(url)
                ? "has a placeholder where scheme, host and port must be written out"
                : "is not such a URL";
        }

        var literals = string.Concat(
            template.Parts.Select(part => part is TemplatePart.Literal { Text: var t } ? t : "x"));
        if (!Characters().IsMatch(literals) || !Uri.TryCreate(literals, UriKind.Absolute, out _))
        {
            return "is not such a URL";
        }

        var path = literals.Split('?')[0].Split('/').Skip(3);
        return path.Any(segment => Uri.UnescapeDataString(segment) is "." or "..") ? "has a segment . or .." : null;
    }

    [GeneratedRegex(@"^(?<origin>https?://[A-Za-z0-9.:\[\]-]+)([/?][^#\\\s]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"^([^/?]*//)?[^/?]*\{", RegexOptions.CultureInvariant)]
    private static partial Regex PlaceholderInOrigin();

    [GeneratedRegex(@"^(?:[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Characters();
}
