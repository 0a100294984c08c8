using Sagas.Contracts.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sagas.Worker.CommandLine.Output;

/// <summary>A line of output.</summary>
internal sealed class Line : Renderable
{
    private readonly List<TextRun> _runs = [];

    public Line()
    {
    }

    public Line(string text, Style? style = null) => Add(text, style);

    /// <summary>How many characters it has.</summary>
    public int Width => _runs.Sum(x => x.Text.Length);

    /// <summary>Adds text of any origin.</summary>
    public Line Add(string text, Style? style = null)
    {
        _runs.Add(new TextRun(Printable.Of(text), style ?? Palette.Plain));
        return this;
    }

    public Line Add(Line other)
    {
        _runs.AddRange(other._runs);
        return this;
    }

    /// <summary>Adds blanks up to a column.</summary>
    public Line PadTo(int column) => Width < column ? Add(new string(' ', column - Width)) : this;

    /// <summary>The line cut off behind a column.</summary>
    public Line CutTo(int width)
    {
        if (Width <= width)
        {
            return this;
        }

        var cut = new Line();
        foreach (var run in _runs)
        {
            cut._runs.Add(run with { Text = TextWidth.Shorten(run.Text, width - cut.Width) });
            if (cut.Width >= width)
            {
                break;
            }
        }

        return cut;
    }

    /// <summary>Writes it, never broken: who copies a command from the screen gets it whole.</summary>
    public void WriteTo(CommandContext context)
    {
        if (context.IsTerminal)
        {
            context.Console.Write(this);
        }
        else
        {
            context.Output.WriteLine(ToString().TrimEnd());
        }
    }

    public override string ToString() => string.Concat(_runs.Select(x => x.Text));

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        [.. _runs.Select(x => new Segment(x.Text, x.Style)), Segment.LineBreak];
}
