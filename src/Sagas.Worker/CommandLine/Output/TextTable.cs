namespace Sagas.Worker.CommandLine.Output;

/// <summary>Columns of text, as wide as what is in them.</summary>
/// <param name="headers">The columns' titles.</param>
internal sealed class TextTable(params IReadOnlyList<string> headers)
{
    private const string Gap = "  ";
    private readonly List<Line[]> _rows = [];

    /// <summary>Adds a row.</summary>
    /// <param name="cells">A cell a column.</param>
    public void Add(params Line[] cells) => _rows.Add(cells);

    /// <summary>The title, and a line a row.</summary>
    /// <param name="width">
    /// At most this wide, by cutting the widest column off that may be cut; 0 for any width.
    /// </param>
    /// <param name="flexible">Which column may be cut.</param>
    public IReadOnlyList<Line> ToLines(int width = 0, int flexible = -1)
    {
        var widths = headers.Select((x, column) => _rows.Select(row => row[column].Width).Append(x.Length).Max())
            .ToArray();
        var total = widths.Sum() + Gap.Length * (widths.Length - 1);
        if (width > 0 && flexible >= 0 && total > width)
        {
            widths[flexible] = Math.Max(headers[flexible].Length, widths[flexible] - (total - width));
        }

        return
        [
            Compose([.. headers.Select(x => new Line(x, Palette.Faint))], widths),
            .. _rows.Select(row => Compose(row, widths)),
        ];
    }

    private static Line Compose(Line[] cells, int[] widths)
    {
        var line = new Line();
        var column = 0;
        for (var index = 0; index < cells.Length; index++)
        {
            line.Add(cells[index].CutTo(widths[index]));
            column += widths[index] + Gap.Length;
            if (index < cells.Length - 1)
            {
                line.PadTo(column);
            }
        }

        return line;
    }
}
