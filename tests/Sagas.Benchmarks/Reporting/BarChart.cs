using System.Globalization;
using System.Security;
using System.Text;

namespace Sagas.Benchmarks.Reporting;

/// <summary>Horizontal bars as an SVG picture that is readable on a light and on a dark page.</summary>
internal sealed class BarChart(string title, IReadOnlyList<BarGroup> groups)
{
    private const int Width = 760;
    private const int LabelWidth = 110;
    private const int ValueWidth = 60;
    private const int BarHeight = 16;
    private const int RowHeight = 22;
    private const int GroupTitleHeight = 34;
    private const int TitleHeight = 36;

    // Colours that can be told apart by those who see no red or no green (Okabe and Ito), a name always the same one.
    private static readonly string[] Colours = ["#0072b2", "#999999", "#009e73", "#e69f00", "#cc79a7", "#56b4e9"];

    /// <summary>
    /// Whether the groups have nothing to do with each other, so that each has a scale of its own, and all one colour.
    /// </summary>
    public bool ScalesEachGroup { get; init; }

    public string ToSvg()
    {
        var names = groups.SelectMany(x => x.Bars).Select(x => x.Name).Distinct().ToList();
        var height = TitleHeight + groups.Sum(x => GroupTitleHeight + (x.Bars.Count * RowHeight)) + 12;
        var svg = new StringBuilder().AppendLine(CultureInfo.InvariantCulture,
            $$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{Width}} {{height}}"
              width="{{Width}}" height="{{height}}"
              role="img" font-family="system-ui, sans-serif" font-size="13">
              <title>{{Escape(title)}}</title>
              <style>
                text { fill: #1f2328 }
                line { stroke: #1f2328 }
                @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } line { stroke: #e6edf3 } }
              </style>
            """);
        Text(svg, 0, 20, title, """ font-size="16" font-weight="600" """);
        var top = TitleHeight;
        foreach (var group in groups)
        {
            Text(svg, 0, top + 22, group.Name, """ font-weight="600" """);
            top += GroupTitleHeight;
            var most = (ScalesEachGroup ? group.Bars : groups.SelectMany(x => x.Bars)).Max(x => x.Value.Most);
            foreach (var bar in group.Bars)
            {
                var colour = ScalesEachGroup ? 0 : names.IndexOf(bar.Name) % Colours.Length;
                Draw(svg, top, bar, Colours[colour], most);
                top += RowHeight;
            }
        }

        return svg.AppendLine("</svg>").ToString();
    }

    private static void Draw(StringBuilder svg, int top, Bar bar, string colour, double most)
    {
        double At(double value) => LabelWidth + (value / most * (Width - LabelWidth - ValueWidth));
        var (end, middle) = (At(bar.Value.Median), top + (BarHeight / 2));
        Text(svg, LabelWidth - 8, top + 12, bar.Name, """ text-anchor="end" """);
        svg.AppendLine(CultureInfo.InvariantCulture,
            $"""  <rect x="{LabelWidth}" y="{top}" width="{end - LabelWidth:F1}" """
            + $"""height="{BarHeight}" rx="2" fill="{colour}"/>""");
        svg.AppendLine(CultureInfo.InvariantCulture,
            $"""  <line x1="{At(bar.Value.Least):F1}" x2="{At(bar.Value.Most):F1}" y1="{middle}" """
            + $"""y2="{middle}" stroke-width="1.5"/>""");
        Text(svg, (int)At(bar.Value.Most) + 8, top + 12, bar.Value.ToText("F0"), " ");
    }

    private static void Text(StringBuilder svg, int x, int y, string text, string attributes) =>
        svg.AppendLine(
            CultureInfo.InvariantCulture, $"""  <text x="{x}" y="{y}"{attributes.TrimEnd()}>{Escape(text)}</text>""");

    private static string Escape(string text) => SecurityElement.Escape(text);
}
