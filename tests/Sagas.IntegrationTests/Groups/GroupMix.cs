using System.Text.Json.Nodes;

namespace Sagas.IntegrationTests.Groups;

/// <summary>Sagas with a group, of mixed outcome: what each is told to meet, and what must come of it.</summary>
internal static class GroupMix
{
    /// <summary>The steps of the definitions, in the order of starting.</summary>
    public static readonly string[] Steps =
        ["create-branch", "provision-sandbox", "reserve-stock", "charge-card", "deploy-preview"];

    /// <summary>Those of them that start together.</summary>
    public static readonly string[] Group = Steps[1..^1];

    private const string Hasty = "hasty-preview";
    private static readonly string[] AllButTheLast = Steps[..^1];

    // A step that hangs has no effect.
    private static readonly Case[] Cases =
    [
        new("preview", "Completed", Steps, []),
        new("preview", "Completed", Steps, new() { ["charge-card"] = "fail-once" }),
        new("preview", "Compensated", AllButTheLast, new() { ["deploy-preview"] = "fail" }),
        new("preview", "Compensated", Without("charge-card"), new() { ["charge-card"] = "fail" }),
        new("preview", "Compensated", Without("provision-sandbox"),
            new()
            {
                ["provision-sandbox"] = "fail",
                ["charge-card"] = "late:500ms",
                ["reserve-stock:compensate"] = "fail-once",
            }),
        new(Hasty, "Compensated", Without("charge-card"), new() { ["charge-card"] = "hang" }),
        new(Hasty, "Compensated", ["create-branch", "charge-card"],
            new() { ["provision-sandbox"] = "fail", ["reserve-stock"] = "hang" }),
    ];

    /// <summary>The definition that the saga of a number runs on.</summary>
    public static string Name(int number) => Of(number).Name;

    /// <summary>Whether it has a deadline, so that it depends on the machine how far it comes.</summary>
    public static bool IsHasty(int number) => Name(number) == Hasty;

    /// <summary>Where it must end.</summary>
    public static string State(int number) => Of(number).State;

    /// <summary>The steps that have their effect, in the order of starting.</summary>
    public static IReadOnlyList<string> Effects(int number) => [.. Of(number).Effects];

    /// <summary>What it is started with.</summary>
    public static JsonObject Input(int number)
    {
        var faults = new JsonObject(Of(number).Faults.Select(x => KeyValuePair.Create(x.Key, (JsonNode?)x.Value)));
        return new JsonObject
        {
            ["number"] = number,
            ["task"] = $"task-{number}",
            ["orderId"] = $"order-{number}",
            ["amount"] = 42,
            ["faults"] = faults,
        };
    }

    private static Case Of(int number) => Cases[number % Cases.Length];

    private static IEnumerable<string> Without(string step) => AllButTheLast.Where(x => x != step);

    private sealed record Case(
        string Name, string State, IEnumerable<string> Effects, Dictionary<string, string> Faults);
}
