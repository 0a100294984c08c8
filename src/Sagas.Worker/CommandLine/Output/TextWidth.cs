using System.Text;

namespace Sagas.Worker.CommandLine.Output;

/// <summary>Fits text into a width.</summary>
internal static class TextWidth
{
    /// <summary>The text, no longer than that.</summary>
    public static string Shorten(string text, int width) =>
        text.Length <= width ? text : width < 1 ? "" : $"{text[..(width - 1)]}…";

    /// <summary>The text in lines no longer than that.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
            while (line.Length > width)
            {
                yield return line.ToString(0, width);
                line.Remove(0, width);
            }
        }

        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }
}
