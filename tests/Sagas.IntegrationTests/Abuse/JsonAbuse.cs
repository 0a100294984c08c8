using System.Text;
using System.Text.Json;
using Sagas.Tests.Simulation;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>Bodies that are not JSON, hardly JSON, or JSON that hurts.</summary>
internal sealed class JsonAbuse : IAbuse
{
    private static readonly string[] Hardly =
    [
        "", " ", "\0", "{", "}", "null", "[]", "\"\"", "NaN", "{'a':1}", "{\"a\":1,}", "/* x */{}", "{}{}", "{\"a\":01}",
        "\u007f", "{\"a\":\"\n\"}", "{\"\\ud800\":1}", "<xml/>", "----", "{\"messageType\":\"\\udc00\"}", "{\"messageType\":7}",
        "{\"responseAddress\":\"\\ud800\"}", "{\"messageType\":[\"\\ud800\"],\"message\":{}}",
    ];

    private static readonly string[] Hurting =
    [
        "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "1e400", "1e999999", "-1e-999999", "{\"a\":1,\"a\":2}",
        "{\"\\u0000\":1}", "{\"\\ud800\":1}", "\"\\uD83D\\uDCA5\"", "\"\\uFFFF\"", "1e131072", "1e-16384",
    ];

    public BadInput Next(Dice dice, Victims victims)
    {
        var draft = Draft.Any(dice, victims);
        var good = draft.Json();
        switch (dice.Next(10))
        {
            case 0:
                draft.IsAnswered = !draft.IsEnvelope;
                return draft.Build("JSON", Encoding.UTF8.GetBytes(dice.Pick(Hardly)));
            case 1:
                draft.IsAnswered = !draft.IsEnvelope;
                return draft.Build("JSON", good[..dice.Next(good.Length)]);
            case 2:
                draft.IsAnswered = !draft.IsEnvelope;
                return draft.Build("JSON", Flip(dice, good));
            case 3:
                draft.IsAnswered = !draft.IsEnvelope;
                return draft.Build("JSON", Encoded(dice, good));
            case 4:
                return draft.Build("JSON", [.. good, .. Random(dice, 1 + dice.Next(20))]);
            case 5:
                return draft.Build("JSON", Random(dice, dice.Next(2000)));
            case 6:
                return draft.Build("JSON", Replaced(draft, Nested(dice)));
            case 7:
                return draft.Build("JSON", Replaced(draft, $"\"{new string('s', dice.Next(600_000))}\""));
            case 8:
                return draft.Build("JSON", Replaced(draft, new string('9', 1 + dice.Next(5000))));
            default:
                return draft.Build("JSON", Replaced(draft, dice.Pick(Hurting)));
        }
    }

    /// <summary>The draft with a value in the place of its payload, or else of its first field.</summary>
    private static byte[] Replaced(Draft draft, string value)
    {
        const string Mark = "\"7f1a9c\"";
        var field = draft.Message.ContainsKey("input") ? "input"
            : draft.Message.ContainsKey("result") ? "result"
            : draft.Message.ContainsKey("message") ? "message"
            : "reason";
        draft.Message[field] = field is "input" or "result"
            ? new System.Text.Json.Nodes.JsonObject { ["deep"] = "7f1a9c" }
            : "7f1a9c";
        return Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(draft.Json()).Replace(Mark, value, StringComparison.Ordinal));
    }

    private static string Nested(Dice dice)
    {
        var depth = dice.Pick([10, 50, 63, 64, 65, 100, 1000, 10_000, 100_000]);
        return dice.Chance(0.5)
            ? new string('[', depth) + (dice.Chance(0.8) ? new string(']', depth) : "")
            : string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
    }

    private static byte[] Flip(Dice dice, byte[] good)
    {
        var spoiled = good.ToArray();
        do
        {
            spoiled[dice.Next(spoiled.Length)] ^= (byte)(1 << dice.Next(8));
        }
        while (IsJson(spoiled));
        return spoiled;
    }

    // Otherwise it would be another message, about another saga.
    private static bool IsJson(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(
                body, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte[] Encoded(Dice dice, byte[] good)
    {
        var text = Encoding.UTF8.GetString(good);
        Encoding other = dice.Pick<Encoding>(
            [Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, new UTF8Encoding(true), Encoding.Latin1]);
        return [.. other.GetPreamble(), .. other.GetBytes(text.Replace("forged", "größe", StringComparison.Ordinal))];
    }

    private static byte[] Random(Dice dice, int length) => [.. Enumerable.Range(0, length).Select(_ => (byte)dice.Next(256))];
}
