using Sagas.Dashboard.Queries;
using Sagas.Dashboard.Viewing;
using Sagas.Worker.CommandLine.Output;

namespace Sagas.Worker.CommandLine.Viewing;

/// <summary>Tells a saga's history, a line an entry.</summary>
internal static class HistoryText
{
    public static IReadOnlyList<Line> Tell(IReadOnlyList<HistoryView> history, int width)
    {
        var table = new TextTable("TIME", "EVENT", "STEP", "DETAIL");
        foreach (var entry in history)
        {
            table.Add(
                new Line(TimeText.Exactly(entry.Time), Palette.Faint),
                new Line(entry.Event),
                new Line(EntryText.Step(entry)),
                new Line(EntryText.Detail(entry), Palette.Faint));
        }

        return table.ToLines(width, flexible: 3);
    }
}
