namespace Sagas.Benchmarks.Reporting;

/// <summary>A document with a part that a program writes, between two comments.</summary>
internal static class MarkedText
{
    /// <summary>
    /// Puts something in the place of what is between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- /name --&gt;</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The document does not have both, in this order.</exception>
    public static string Replace(string document, string name, string content)
    {
        var (begin, end) = ($"<!-- {name} -->", $"<!-- /{name} -->");
        var from = document.IndexOf(begin, StringComparison.Ordinal);
        var to = from < 0 ? -1 : document.IndexOf(end, from, StringComparison.Ordinal);
        return to < 0
            ? throw new InvalidOperationException(
                $"The document lacks the lines '{begin}' and '{end}', in this order, around the place of the tables.")
            : $"{document[..(from + begin.Length)]}\n\n{content.Trim()}\n\n{document[to..]}";
    }
}
