using System.Text.Json.Nodes;

namespace Sagas.IntegrationTests.Chaos;

/// <summary>
/// The sagas of the load: the faults that each meets, and the state in which it must end, unless that depends on what is
/// killed.
/// </summary>
internal static class ChaosMix
{
    private static readonly string[] Order = ["reserve-stock", "charge-card", "book-shipment"];
    private static readonly string[] Checkout = ["reserve-stock", "charge", "book-shipment"];

    private static readonly string[] Preview =
        ["create-branch", "provision-sandbox", "reserve-stock", "charge-card", "deploy-preview"];

    private static readonly ChaosCase[] Cases =
    [
        new("order", Order, "Completed"),
        new("checkout", Checkout, "Completed"),
        new("preview", Preview, "Completed"),
        new("python-order", Order, "Completed"),
        new("order", Order, "Compensated", Faults: "book-shipment=fail charge-card:compensate=fail-once"),
        new("checkout", Checkout, "Compensated", "busy", "book-shipment=fail"),
        new("preview", Preview, "Compensated", Faults: "deploy-preview=fail"),
        new("python-order", Order, "Compensated", Faults: "book-shipment=fail reserve-stock:compensate=hang-once"),
        new("order", Order, "Completed", Faults: "charge-card=fail-once"),
        new("checkout", Checkout, "Completed", "lost"),
        new("impatient-order", Order, "Compensated", Faults: "charge-card=hang"),
        new("impatient-order", Order, null, Faults: "reserve-stock=hang-once"),
        new("impatient-order", Order, null, Faults: "charge-card=late:5s"),
        new("checkout", Checkout, "Compensated", "declined"),
        new("hasty-preview", Preview, "Compensated", Faults: "charge-card=hang"),
        new("hasty-preview", Preview, null),
        new("preview", Preview, "Compensated",
            Faults: "provision-sandbox=fail charge-card=late:500ms reserve-stock:compensate=fail-once"),
        new("python-order", Order, "Compensated", Faults: "charge-card=fail"),
    ];

    /// <summary>What the saga of a number is.</summary>
    public static ChaosCase Of(int number) => Cases[number % Cases.Length];

    /// <summary>What the saga of a number is started with.</summary>
    public static JsonObject Input(int number)
    {
        var it = Of(number);
        var faults = it.Faults.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(x => x.Split('='))
            .Select(x => KeyValuePair.Create(x[0], (JsonNode?)x[1]));
        return new JsonObject
        {
            ["number"] = number,
            ["task"] = $"task-{number}",
            ["orderId"] = $"order-{number}",
            ["amount"] = 42,
            ["mood"] = it.Mood,
            ["faults"] = new JsonObject(faults),
        };
    }
}

/// <summary>A sort of saga.</summary>
/// <param name="Definition">The definition that it runs on.</param>
/// <param name="Steps">Its steps, in the order of starting. Each has a compensation.</param>
/// <param name="State">Where it must end; null where that depends on what is killed.</param>
/// <param name="Mood">What the service over HTTP does (<see cref="ChargeService"/>).</param>
/// <param name="Faults">The switches of the other participants.</param>
internal sealed record ChaosCase(
    string Definition, IReadOnlyList<string> Steps, string? State, string Mood = "well", string Faults = "");
