using System.Text.Json.Nodes;
using Sagas.Tests.Simulation;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>JSON that is rarely what a field wants.</summary>
internal static class JsonValues
{
    private static readonly string[] Wrongs =
    [
        "null", "true", "0", "-1", "1.5", "1e10", "2147483648", "-2147483649", "1e400", "1e999999", "-0.0", "1e-20000", "[]", "{}",
        "[[]]", "[null]", "{\"a\":{\"b\":[]}}", "\"\"", "\" \"", "\"x\"", "\"\\u0000\"", "\"💥\"", "\"'; drop table sagas; --\"",
        "\"00000000-0000-0000-0000-000000000000\"", "\"9999-99-99T99:99:99Z\"", "\"0001-01-01T00:00:00\"", "\"Execute\"", "\"7\"",
        "\"queue:sagas\"",
    ];

    public static JsonNode? Wrong(Dice dice) => dice.Chance(0.05)
        ? JsonValue.Create(new string('x', 1 + dice.Next(100_000)))
        : JsonNode.Parse(dice.Pick(Wrongs));
}
