using System.Text.Json;

namespace Sagas.Orchestration.Transport.PlainJson;

/// <summary>How deep JSON is nested.</summary>
internal static class JsonDepth
{
    /// <summary>Whether it has more than so many levels of objects and arrays. It looks no deeper than that.</summary>
    public static bool IsOver(int levels, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => levels == 0 || json.EnumerateObject().Any(x => IsOver(levels - 1, x.Value)),
        JsonValueKind.Array => levels == 0 || json.EnumerateArray().Any(x => IsOver(levels - 1, x)),
        _ => false,
    };
}
