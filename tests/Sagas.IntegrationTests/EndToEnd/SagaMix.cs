using System.Text.Json.Nodes;

namespace Sagas.IntegrationTests.EndToEnd;

/// <summary>Order sagas of mixed outcome: what each is told to meet, and where it must end.</summary>
internal static class SagaMix
{
    private static readonly (string State, Dictionary<string, string> Faults)[] Cases =
    [
        ("Completed", []),
        ("Completed", []),
        ("Completed", []),
        ("Completed", []),
        ("Completed", []),
        ("Completed", new() { ["charge-card"] = "fail-once" }),
        ("Compensated", new() { ["charge-card"] = "fail" }),
        ("Compensated", new() { ["book-shipment"] = "fail" }),
        ("Compensated", new() { ["reserve-stock"] = "fail" }),
        ("Compensated", new() { ["book-shipment"] = "fail", ["charge-card:compensate"] = "fail-once" }),
    ];

    public static string ExpectedState(int number) => Cases[number % Cases.Length].State;

    public static JsonObject Input(int number)
    {
        var faults = new JsonObject();
        foreach (var (step, fault) in Cases[number % Cases.Length].Faults)
        {
            faults[step] = fault;
        }

        return new JsonObject { ["orderId"] = $"order-{number}", ["amount"] = 42, ["faults"] = faults };
    }
}
