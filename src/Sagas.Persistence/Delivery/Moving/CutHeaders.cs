using System.Globalization;
using System.Text;

namespace Sagas.Persistence.Delivery.Moving;

/// <summary>The headers that a message lost, or of which it lost a part, so that the rest could be sent.</summary>
/// <param name="Names">Their names, as they came.</param>
/// <param name="Bytes">How many bytes were cut.</param>
internal sealed record CutHeaders(IReadOnlyList<string> Names, long Bytes)
{
    /// <summary>How many bytes the text takes as a header, at most.</summary>
    public const int MaxBytes = 2048;

    private const int MostNames = 10;
    private const int LongestName = 40;

    public override string ToString()
    {
        var names = string.Join(", ", Names.Take(MostNames).Select(Printable));
        var more = Names.Count > MostNames ? ", …" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Names.Count} header{(Names.Count == 1 ? "" : "s")}, {Bytes:N0} bytes: {names}{more}");
    }

    private static string Printable(string name)
    {
        var text = new StringBuilder();
        foreach (var rune in name.EnumerateRunes().Take(LongestName))
        {
            text.Append(
                Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                    ? "\uFFFD"
                    : rune.ToString());
        }

        return name.Length <= LongestName ? $"'{text}'" : $"'{text}…'";
    }
}
