using System.Text;

namespace Sagas.Benchmarks.Reporting;

/// <summary>A table in Markdown.</summary>
internal sealed class MarkdownTable(params string[] titles)
{
    private readonly StringBuilder _text = new StringBuilder()
        .AppendLine(Line(titles))
        .AppendLine(Line(titles.Select(_ => "---")));

    public void Add(params IEnumerable<string> cells) => _text.AppendLine(Line(cells));

    public override string ToString() => _text.ToString();

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
