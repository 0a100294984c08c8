using Sagas.Dashboard.Queries;

namespace Sagas.Dashboard.Viewing;

/// <summary>Tells an entry of a saga's history.</summary>
internal static class EntryText
{
    private static readonly string[] Told = ["code", "message", "operator", "reason", "reply", "retryAt"];

    /// <summary>What an entry says beyond its event.</summary>
    public static string Detail(HistoryView entry) => string.Join(
        "; ",
        Told.Select(x => (Name: x, Value: entry.Text(x))).Where(x => x.Value is not null)
            .Select(x => x.Name is "code" or "message" ? x.Value! : $"{x.Name} {x.Value}"));

    /// <summary>The step, direction and attempt that an entry is about.</summary>
    public static string Step(HistoryView entry)
    {
        var direction = Directions.IsCompensation(entry.Direction) ? " (undo)" : "";
        var attempt = entry.Attempt is > 0 ? $" #{entry.Attempt}" : "";
        return entry.Step is null ? "" : $"{entry.Step}{direction}{attempt}";
    }
}
