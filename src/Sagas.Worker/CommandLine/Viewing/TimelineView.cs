using Sagas.Dashboard.Queries;
using Sagas.Dashboard.Viewing;
using Sagas.Worker.CommandLine.Output;
using Spectre.Console;

namespace Sagas.Worker.CommandLine.Viewing;

/// <summary>Draws a saga's steps as bars on a common axis. What colours say, the signs say as well.</summary>
internal static class TimelineView
{
    private const int LeastBars = 12;
    private const int MostBars = 100;
    private const int LongestName = 28;
    private const string Gap = "  ";

    private const string Legend =
        "█ attempt  ▒ undoing  · waiting  ✓ done  ✗ failed  ? no answer  ↩ undone  ! suspended";

    public static IEnumerable<Line> Draw(SagaDetail saga, Timeline timeline, int width)
    {
        var names = Math.Min(LongestName, saga.Steps.Select(x => x.Name.Length).Append("STEP".Length).Max());
        var statuses = saga.Steps.Select(x => x.Status.Length).Append("STATUS".Length).Max();
        const int Attempts = 5;
        var left = names + statuses + Attempts + Gap.Length * 3;
        var scale = new TimeScale(timeline, Math.Clamp(width - left, LeastBars, MostBars));
        yield return Cells("STEP", "STATUS", "TRIES", Palette.Faint, Palette.Faint)
            .PadTo(left)
            .Add(Axis(timeline, scale.Width), Palette.Faint);
        foreach (var step in saga.Steps)
        {
            yield return Cells(step.Name, step.Status, Tries(step), Palette.Plain, Palette.OfStep(step.Status))
                .PadTo(left)
                .Add(Bars(timeline.Track(step.Name), scale));
        }

        foreach (var line in TextWidth.Wrap(Legend, width))
        {
            yield return new Line(line, Palette.Faint);
        }

        if (scale.LeftOut > TimeSpan.Zero)
        {
            yield return new Line($"┊ {TimeText.Of(scale.LeftOut)} left out in which it stood still", Palette.Faint);
        }

        Line Cells(string name, string status, string tries, Style nameStyle, Style statusStyle) =>
            new Line(TextWidth.Shorten(name, names), nameStyle)
                .PadTo(names + Gap.Length)
                .Add(status, statusStyle)
                .PadTo(names + statuses + Gap.Length * 2)
                .Add(tries, Palette.Faint);
    }

    private static string Tries(StepView step) => (step.Attempts, step.CompensationAttempts) switch
    {
        (0, 0) => "",
        (var execute, 0) => $"{execute}",
        var (execute, compensate) => $"{execute}+{compensate}",
    };

    private static string Axis(Timeline timeline, int width)
    {
        var (from, to) = (TimeText.OfDay(timeline.From), $"+{TimeText.Of(timeline.To - timeline.From)}");
        return from.Length + 1 + to.Length <= width ? $"{from}{to.PadLeft(width - from.Length)}" : to.PadLeft(width);
    }

    private static Line Bars(StepTrack track, TimeScale scale)
    {
        var cells = new TextRun[scale.Width];
        Array.Fill(cells, new TextRun(" ", Palette.Plain));
        foreach (var column in scale.GapColumns)
        {
            cells[column] = new TextRun("┊", Palette.Faint);
        }

        // No end of a bar is covered by the next one, however short they are: each begins where the one before has
        // ended, and leaves room for those that follow.
        var free = 0;
        for (var index = 0; index < track.Bars.Count; index++)
        {
            var bar = track.Bars[index];
            var last = Math.Max(0, scale.Width - (track.Bars.Count - index));
            var from = Math.Min(Math.Max(scale.ColumnOf(bar.From), free), last);
            var to = Math.Clamp(scale.ColumnOf(bar.To), from, last);
            if (bar.Kind == BarKind.Wait && scale.ColumnOf(bar.To) < free)
            {
                continue;
            }

            for (var column = from; column <= to; column++)
            {
                cells[column] = Body(bar.Kind);
            }

            if (End(bar.End) is { } end)
            {
                cells[to] = end;
            }

            free = bar.Kind == BarKind.Wait ? to : to + 1;
        }

        return cells.Aggregate(new Line(), (line, cell) => line.Add(cell.Text, cell.Style));
    }

    private static TextRun Body(BarKind kind) => kind switch
    {
        BarKind.Execute => new("█", Palette.Moving),
        BarKind.Compensate => new("▒", Palette.Undoing),
        _ => new("·", Palette.Faint),
    };

    private static TextRun? End(BarEnd end) => end switch
    {
        BarEnd.Succeeded => new("✓", Palette.Good),
        BarEnd.Failed => new("✗", Palette.Bad),
        BarEnd.Unknown => new("?", Palette.Doubtful),
        BarEnd.Undone => new("↩", Palette.Warning),
        BarEnd.Suspended => new("!", Palette.Bad),
        BarEnd.Skipped => new("»", Palette.Faint),
        _ => null,
    };
}
