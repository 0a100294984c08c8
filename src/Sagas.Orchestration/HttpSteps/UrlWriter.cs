using Sagas.Engine.Definitions.Http;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>
/// Fills in a URL. No value gets out of its path segment or query value: what separates them is escaped, and what would
/// change the path without it is refused.
/// </summary>
/// <remarks>
/// By hand, because libraries for URI templates (RFC 6570) leave a missing value out, and know no rule against
/// <c>..</c> in a path.
/// </remarks>
internal static class UrlWriter
{
    private const string Place = "url";

    /// <exception cref="HttpStepRefusedException">A value is missing, or cannot stand where it should.</exception>
    public static Uri Write(string template, PlaceholderValues values)
    {
        var isInPath = true;
        var text = "";
        foreach (var part in Template.Parse(template).Parts)
        {
            if (part is TemplatePart.Placeholder placeholder)
            {
                var value = values.TextOf(placeholder, Place);
                if (isInPath && IsUnfit(value))
                {
                    throw PlaceholderValues.Invalid(
                        placeholder, Place, "is empty or has a part . or .., and would change the path");
                }

                text += Uri.EscapeDataString(value);
            }
            else
            {
                var literal = ((TemplatePart.Literal)part).Text;
                isInPath &= !literal.Contains('?', StringComparison.Ordinal);
                text += literal;
            }
        }

        var url = new Uri(text, UriKind.Absolute);
        var segments = text.Split('?')[0].Split('/').Skip(3).Select(Uri.UnescapeDataString);
        return segments.Any(HasDots)
            ? throw new HttpStepRefusedException(
                HttpFailureCodes.PlaceholderInvalid,
                "The values of the placeholders in url make a path segment . or ...")
            : url;
    }

    private static bool IsUnfit(string value) => value.Length == 0 || HasDots(value);

    // Also within a value: there are servers that take %2F for a slash.
    private static bool HasDots(string text) => text.Split('/', '\\').Any(part => part is "." or "..");
}
