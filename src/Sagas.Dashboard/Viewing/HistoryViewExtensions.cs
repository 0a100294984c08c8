using System.Text.Json;
using Sagas.Dashboard.Queries;

namespace Sagas.Dashboard.Viewing;

/// <summary>Reads the detail of a history's entry, of which any part may be absent.</summary>
internal static class HistoryViewExtensions
{
    /// <summary>Whether the detail says something of that name.</summary>
    public static bool Says(this HistoryView entry, string name) => entry.Field(name) is not null;

    /// <summary>A text in the detail, or <see langword="null"/>.</summary>
    public static string? Text(this HistoryView entry, string name) =>
        entry.Field(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>An instant in the detail, or <see langword="null"/>.</summary>
    public static DateTimeOffset? Instant(this HistoryView entry, string name) =>
        entry.Field(name) is { ValueKind: JsonValueKind.String } value && value.TryGetDateTimeOffset(out var instant)
            ? instant
            : null;

    private static JsonElement? Field(this HistoryView entry, string name) =>
        entry.Detail is { ValueKind: JsonValueKind.Object } detail && detail.TryGetProperty(name, out var value)
            ? value
            : null;
}
