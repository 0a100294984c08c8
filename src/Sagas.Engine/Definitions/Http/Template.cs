using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Sagas.Engine.Definitions.Http;

/// <summary>A text with placeholders in braces; a brace itself is written twice.</summary>
internal sealed record Template(IReadOnlyList<TemplatePart> Parts)
{
    /// <summary>The only placeholder, where the text is nothing else.</summary>
    public TemplatePart.Placeholder? Single => Parts is [TemplatePart.Placeholder only] ? only : null;

    public IEnumerable<TemplatePart.Placeholder> Placeholders => Parts.OfType<TemplatePart.Placeholder>();

    /// <exception cref="FormatException">The text is not of that form, which a checked definition's are.</exception>
    public static Template Parse(string text) =>
        TryParse(text, out var template, out var problem)
            ? template
            : throw new FormatException($"\"{text}\" {problem}.");

    public static bool TryParse(
        string text, [NotNullWhen(true)] out Template? template, [NotNullWhen(false)] out string? problem)
    {
        template = null;
        var parts = new List<TemplatePart>();
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var isDoubled = i + 1 < text.Length && text[i] == text[i + 1];
            if (text[i] is '{' or '}' && isDoubled)
            {
                literal.Append(text[i++]);
            }
            else if (text[i] == '}')
            {
                problem = "has a } without its {; a brace itself is written twice";
                return false;
            }
            else if (text[i] != '{')
            {
                literal.Append(text[i]);
            }
            else
            {
                var end = text.IndexOf('}', i);
                if (end < 0)
                {
                    problem = "has a { without its }; a brace itself is written twice";
                    return false;
                }

                if (TemplatePart.Placeholder.Parse(text[(i + 1)..end]) is not { } placeholder)
                {
                    problem = $"has {text[i..(end + 1)]}, which is no placeholder";
                    return false;
                }

                AddLiteral(parts, literal);
                parts.Add(placeholder);
                i = end;
            }
        }

        AddLiteral(parts, literal);
        template = new Template(parts);
        problem = null;
        return true;
    }

    private static void AddLiteral(List<TemplatePart> parts, StringBuilder literal)
    {
        if (literal.Length > 0)
        {
            parts.Add(new TemplatePart.Literal(literal.ToString()));
            literal.Clear();
        }
    }
}
