using System.Globalization;
using Spectre.Console;

namespace Sagas.Worker.Demo;

/// <summary>The demo in a terminal: a table in which the sagas move, and then the story of each.</summary>
internal sealed class LiveDemoView(IAnsiConsole console) : IDemoView
{
    private const string Indent = "   ";
    private const string Gap = "  ";
    private const int StateWidth = 12;

    // Two cells of a table: three border lines, and a blank on either side of each cell.
    private const int FrameWidth = 7;

    private const string Legend =
        "▶ in hand  ✓ done  ✗ failed  ? unknown  ◀ being undone  ↩ undone  (n) attempt";

    public Task<DemoProgress> RunAsync(Func<Action<DemoProgress>, Task<DemoProgress>> demo) =>
        console.Live(Text.Empty).StartAsync(live => demo(progress =>
        {
            live.UpdateTarget(Render(progress));
            live.Refresh();
        }));

    public void Summarize(DemoProgress progress)
    {
        foreach (var saga in progress.Sagas)
        {
            console.MarkupLine($"[bold]{saga.Scenario.Number}  {Markup.Escape(saga.Scenario.Title)}[/]");
            foreach (var (time, text) in Story(saga, progress))
            {
                console.MarkupLine($"{Indent}[grey]{Seconds(time, progress)}[/]  {text}");
            }
        }

        console.WriteLine();
    }

    // Not through the console, which would break a long command for the width of the terminal.
    public void WriteLine(string text) => console.Profile.Out.Writer.WriteLine(text);

    private static IEnumerable<(DateTime Time, string Text)> Story(DemoSaga saga, DemoProgress progress)
    {
        var entries = saga.History
            .Select(entry => (entry.Time, Text: DemoStory.Tell(entry)))
            .Where(line => line.Text is not null)
            .Select(line => (line.Time, Text: Markup.Escape(line.Text!)));
        var (from, to) = (saga.History[0].Time, saga.History[^1].Time);
        var notes = progress.Notes
            .Where(note => note.Time >= from && note.Time <= to)
            .Select(note => (note.Time, Text: Show(note)));
        return entries.Concat(notes).OrderBy(line => line.Time);
    }

    private Rows Render(DemoProgress progress)
    {
        var table = new Table { Border = TableBorder.Rounded, Expand = true };
        table.AddColumn("Saga");
        table.AddColumn(new TableColumn("State").Width(StateWidth));
        foreach (var saga in progress.Sagas)
        {
            var title = $"[bold]{saga.Scenario.Number}  {Markup.Escape(saga.Scenario.Title)}[/]";
            table.AddRow(
                new Rows([new Markup(title), .. StepLines(saga).Select(line => new Markup(line))]),
                new Markup(ShowState(saga.State)));
        }

        var notes = progress.Notes.Select(note =>
            new Markup($"{Gap}[grey]{Seconds(note.Time, progress)}[/]{Gap}{Show(note)}"));
        return new Rows([table, new Markup($"{Gap}[grey]{Legend}[/]"), .. notes]);
    }

    /// <summary>The steps, as many on a line as fit.</summary>
    private IEnumerable<string> StepLines(DemoSaga saga)
    {
        var width = console.Profile.Width - FrameWidth - StateWidth;
        var (line, length) = ("", 0);
        foreach (var step in StepView.Of(saga))
        {
            var (markup, cells) = Show(step);
            if (length > 0 && length + Gap.Length + cells > width)
            {
                yield return line;
                (line, length) = ("", 0);
            }

            var before = length == 0 ? Indent : Gap;
            (line, length) = (line + before + markup, length + before.Length + cells);
        }

        yield return line;
    }

    private static (string Markup, int Cells) Show(StepView step)
    {
        var (colour, sign) = step.Phase switch
        {
            StepPhase.Running => ("blue", "▶"),
            StepPhase.Done => ("green", "✓"),
            StepPhase.Failed => ("red", "✗"),
            StepPhase.Unknown => ("fuchsia", "?"),
            StepPhase.Undoing => ("olive", "◀"),
            StepPhase.Undone => ("yellow", "↩"),
            _ => ("grey", "·"),
        };
        var text = $"{sign} {step.Name}{(step.Attempt > 1 ? $" ({step.Attempt})" : "")}";
        return ($"[{colour}]{Markup.Escape(text)}[/]", text.Length);
    }

    private static string ShowState(string? state) => state switch
    {
        null => "[grey]·[/]",
        "Completed" => "[green]Completed[/]",
        "Compensated" => "[yellow]Compensated[/]",
        "Running" => "[blue]Running[/]",
        "Compensating" => "[olive]Compensating[/]",
        _ => $"[red]{Markup.Escape(state)}[/]",
    };

    private static string Show(DemoNote note) =>
        $"[{(note.IsKill ? "red" : "grey")}]{Markup.Escape(note.Text)}[/]";

    private static string Seconds(DateTime time, DemoProgress progress) =>
        (time - progress.StartedAt).TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture).PadLeft(6) + " s";
}
