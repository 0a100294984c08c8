using System.Text.Json;
using Sagas.Worker.Operations.CommandLine.Output;
using Sagas.Worker.Operations.Queries;

namespace Sagas.Worker.Operations.CommandLine.Viewing;

/// <summary>Tells a saga's history, a line an entry.</summary>
internal static class HistoryText
{
    private static readonly string[] Told = ["code", "message", "operator", "reason", "reply", "retryAt"];

    public static IReadOnlyList<Line> Tell(IReadOnlyList<HistoryView> history, int width)
    {
        var table = new TextTable("TIME", "EVENT", "STEP", "DETAIL");
        foreach (var entry in history)
        {
            table.Add(
                new Line(TimeText.Exactly(entry.Time), Palette.Faint),
                new Line(entry.Event),
                new Line(StepOf(entry)),
                new Line(Detail(entry), Palette.Faint));
        }

        return table.ToLines(width, flexible: 3);
    }

    /// <summary>A text in an entry's detail, or nothing.</summary>
    public static string? Field(JsonElement detail, string name) =>
        detail.ValueKind == JsonValueKind.Object && detail.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    public static string Detail(HistoryView entry) => entry.Detail is { } detail
        ? string.Join("; ", Told.Select(x => (Name: x, Value: Field(detail, x))).Where(x => x.Value is not null)
            .Select(x => x.Name is "code" or "message" ? x.Value! : $"{x.Name} {x.Value}"))
        : "";

    public static string StepOf(HistoryView entry)
    {
        var direction = entry.Direction == "Compensate" ? " (undo)" : "";
        var attempt = entry.Attempt is > 0 ? $" #{entry.Attempt}" : "";
        return entry.Step is null ? "" : $"{entry.Step}{direction}{attempt}";
    }
}
