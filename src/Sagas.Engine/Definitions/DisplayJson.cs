using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sagas.Engine.Definitions;

/// <summary>How values of a definition are shown to people.</summary>
internal static class DisplayJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(string text) => JsonSerializer.Serialize(text, Options);
}
