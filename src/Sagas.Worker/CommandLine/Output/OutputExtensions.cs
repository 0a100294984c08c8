using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sagas.Worker.CommandLine.Output;

/// <summary>Writes lines and JSON.</summary>
internal static class OutputExtensions
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(this CommandContext context, IEnumerable<Line> lines)
    {
        foreach (var line in lines)
        {
            line.WriteTo(context);
        }
    }

    public static void WriteLine(this CommandContext context, string text) => new Line(text).WriteTo(context);

    public static void WriteJson(this CommandContext context, JsonElement value) =>
        context.Output.WriteLine(JsonSerializer.Serialize(value, Json));

    /// <summary>The lines for a live display, no more than fit.</summary>
    public static IRenderable ToRenderable(this IEnumerable<Line> lines, CommandContext context)
    {
        var profile = context.Console.Profile;
        return new Rows(lines.Take(Math.Max(1, profile.Height - 1)).Select(x => x.CutTo(profile.Width)));
    }
}
