namespace Sagas.Engine.Definitions;

/// <summary>The names of the message formats in JSON.</summary>
internal static class MessageFormatNames
{
    public static readonly IReadOnlyList<string> All = ["envelope", "json"];

    public static string Of(MessageFormat format) => format is MessageFormat.Json ? "json" : "envelope";

    public static MessageFormat? Parse(string name) => name switch
    {
        "envelope" => MessageFormat.Envelope,
        "json" => MessageFormat.Json,
        _ => null,
    };
}
