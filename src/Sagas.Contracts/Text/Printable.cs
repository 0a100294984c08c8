using System.Globalization;
using System.Text;

namespace Sagas.Contracts.Text;

/// <summary>
/// Makes text of somebody else's fit for a log or a terminal: participants and operators write the messages of failures and
/// the reasons, a terminal obeys what is in them, and a line break would begin a line that the worker never wrote.
/// </summary>
internal static class Printable
{
    private const char Substitute = ' ';

    /// <summary>
    /// The text with blanks for control and format characters (ESC, CR, C1, U+2028, those that turn the direction of writing), on
    /// one line unless told otherwise.
    /// </summary>
    public static string Of(string text, bool keepLines = false)
    {
        if (!text.Any(x => IsUnfit(x, keepLines)))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            safe.Append(IsUnfit(character, keepLines) ? Substitute : character);
        }

        return safe.ToString();
    }

    private static bool IsUnfit(char character, bool keepLines) =>
        character >= '\u007F' || character < ' '
            ? char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                && !(keepLines && character == '\n')
            : false;
}
