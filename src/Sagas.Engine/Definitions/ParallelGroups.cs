using System.Text.Json;

namespace Sagas.Engine.Definitions;

/// <summary>Writes steps as a file has them: those of a group inside of it.</summary>
internal static class ParallelGroups
{
    public static void Write<TStep>(
        Utf8JsonWriter json, IEnumerable<TStep> steps, Func<TStep, int?> groupOf, Action<TStep> write)
    {
        int? open = null;
        foreach (var step in steps)
        {
            var group = groupOf(step);
            if (group != open)
            {
                Close(json, open);
                Open(json, group);
                open = group;
            }

            write(step);
        }

        Close(json, open);
    }

    private static void Open(Utf8JsonWriter json, int? group)
    {
        if (group is not null)
        {
            json.WriteStartObject();
            json.WriteStartArray("parallel");
        }
    }

    private static void Close(Utf8JsonWriter json, int? group)
    {
        if (group is not null)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }
}
