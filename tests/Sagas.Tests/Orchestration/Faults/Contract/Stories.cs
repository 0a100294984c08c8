using static Sagas.Tests.Orchestration.Faults.Contract.Act;

namespace Sagas.Tests.Orchestration.Faults.Contract;

/// <summary>The stories of the engine: every rule of it has one.</summary>
internal static class Stories
{
    /// <summary>The definitions that the stories run on.</summary>
    public static IReadOnlyDictionary<string, string> Definitions { get; } = new Dictionary<string, string>
    {
        ["trip"] = """
            {
              "name": "trip", "version": 1,
              "steps": [
                { "name": "hotel", "queue": "hotels", "timeout": "10m", "retry": { "retries": 1, "interval": "10s" },
                  "compensation": { "timeout": "10m", "retry": { "retries": 1, "interval": "10s" } } },
                { "name": "flight", "queue": "flights", "timeout": "10m", "retry": { "retries": 1, "interval": "10s" },
                  "compensation": { "timeout": "10m", "retry": { "retries": 1, "interval": "10s" } } },
                { "name": "payment", "queue": "payments", "timeout": "10m", "retry": { "retries": 0 } }
              ]
            }
            """,
        ["order"] = """
            {
              "name": "order", "version": 1,
              "steps": [
                { "name": "stock", "queue": "stocks", "timeout": "10m", "retry": { "retries": 0 }, "compensation": {} },
                { "name": "charge", "queue": "charges", "timeout": "10m", "retry": { "retries": 0 }, "pivot": true },
                { "name": "ship", "queue": "ships", "timeout": "10m", "retry": { "retries": 0 } }
              ]
            }
            """,
        ["tour"] = """
            {
              "name": "tour", "version": 1, "deadline": "15m",
              "steps": [
                { "parallel": [
                  { "name": "hotel", "queue": "hotels", "timeout": "10m", "retry": { "retries": 1 }, "compensation": {} },
                  { "name": "flight", "queue": "flights", "timeout": "10m", "retry": { "retries": 1 }, "compensation": {} },
                  { "name": "car", "queue": "cars", "timeout": "10m", "retry": { "retries": 1 }, "compensation": {} }
                ] },
                { "name": "payment", "queue": "payments", "timeout": "10m", "retry": { "retries": 0 }, "pivot": true },
                { "parallel": [
                  { "name": "ticket", "queue": "tickets", "timeout": "10m", "retry": { "retries": 0 } },
                  { "name": "invoice", "queue": "invoices", "timeout": "10m", "retry": { "retries": 0 } }
                ] }
              ]
            }
            """,
    };

    /// <summary>The stories by what they tell.</summary>
    public static IReadOnlyDictionary<string, Story> All { get; } = new Dictionary<string, Story>
    {
        ["every step succeeds"] = new(
            "Completed",
            Start("trip"), Done("hotel"), Done("flight"), Done("payment")),
        ["a step fails, and what was done is undone"] = new(
            "Compensated",
            Start("trip"), Done("hotel"), Done("flight"), Fails("payment"), Undone("flight"), Undone("hotel")),
        ["a step fails and succeeds the next time"] = new(
            "Completed",
            Start("trip"), Fails("hotel", retryable: true), Due, Done("hotel", 2), Done("flight"), Done("payment")),
        ["nobody answers"] = new(
            "Compensated",
            Start("trip"), Done("hotel"), Due, Due, Undone("flight"), Undone("hotel")),
        ["nobody answers until the second time"] = new(
            "Completed",
            Start("trip"), Due, Done("hotel"), Done("flight"), Done("payment")),
        ["undoing takes two attempts"] = new(
            "Compensated",
            Start("trip"), Done("hotel"), Fails("flight"), Due, Due, Undone("hotel", 2)),
        ["undoing fails until an operator retries it"] = new(
            "Compensated",
            Start("trip"), Done("hotel"), Fails("flight"), UndoFails("hotel"), Due, UndoFails("hotel", 2), Retry(),
            Undone("hotel", 3)),
        ["undoing fails until an operator skips it"] = new(
            "Compensated",
            Start("trip"), Done("hotel"), Done("flight"), Fails("payment"), UndoFails("flight"), Due,
            UndoFails("flight", 2), Skip("flight"), Undone("hotel")),
        ["undoing fails until an operator gives up"] = new(
            "Aborted",
            Start("trip"), Done("hotel"), Fails("flight"), UndoFails("hotel"), Due, UndoFails("hotel", 2), Abort()),
        ["cancelled in the middle"] = new(
            "Compensated",
            Start("trip"), Done("hotel"), Cancel(), Undone("flight"), Undone("hotel")),
        ["a success comes after the end"] = new(
            "Compensated",
            Start("trip"), Due, Due, Undone("hotel"), Done("hotel"), Undone("hotel", 2)),
        ["a step behind the pivot fails until an operator retries it"] = new(
            "Completed",
            Start("order"), Done("stock"), Done("charge"), Fails("ship"), Cancel(), Retry(), Done("ship", 2)),
        ["a step behind the pivot fails until an operator skips it"] = new(
            "Completed",
            Start("order"), Done("stock"), Done("charge"), Fails("ship"), Skip("ship")),
        ["a step behind a group fails, and the group is undone"] = new(
            "Compensated",
            Start("tour"), Done("car"), Done("flight"), Done("hotel"), Fails("payment"), Undone("car"), Undone("flight"),
            Undone("hotel")),
        ["one of a group fails, one is put off and one never answers"] = new(
            "Compensated",
            Start("tour"), PutOff("hotel"), Fails("flight"), Due, Undone("car"), Undone("hotel")),
        ["a group is silent until the deadline, and succeeds after the end"] = new(
            "Compensated",
            Start("tour"), Done("flight"), Due, Due, Undone("car"), Undone("flight"), Undone("hotel"), Done("hotel", 2),
            Undone("hotel", 2)),
        ["a group behind the pivot fails until an operator skips one and retries the other"] = new(
            "Completed",
            Start("tour"), Done("hotel"), Done("flight"), Done("car"), Done("payment"), Fails("ticket"), Fails("invoice"),
            Skip("ticket"), Retry(), Done("invoice", 2)),
        ["replies come twice, too late and out of order"] = new(
            "Completed",
            Start("trip"), Start("trip"), Done("flight"), Done("hotel"), Done("hotel"), Fails("hotel"), Done("flight"),
            Undone("flight"), Done("payment"), Done("payment"), Fails("flight"), Cancel()),
        ["numbers come that no database keeps"] = new(
            "Completed",
            StartVast("order"), Start("order"), DoneVast("stock"), Done("charge"), Done("ship")),
        ["wanted twice under one key"] = new(
            "Completed",
            StartUnderKey("order"), StartUnderKey("order"), StartUnderKey("order", amount: 2), Done("stock"),
            Done("charge"), Done("ship")),
    };
}
