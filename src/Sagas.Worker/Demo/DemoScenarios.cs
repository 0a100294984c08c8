using Sagas.Engine;
using Sagas.Samples;

namespace Sagas.Worker.Demo;

/// <summary>The five sagas of the demo.</summary>
internal static class DemoScenarios
{
    /// <summary>The step of the last saga in whose middle its process is killed.</summary>
    public const string KilledIn = SampleSteps.ProvisionSandbox;

    private const string Order = "order";
    private const string AgentRun = "agent-run";

    private static readonly string[] OrderSteps =
        [SampleSteps.ReserveStock, SampleSteps.ChargeCard, SampleSteps.BookShipment];

    private static readonly string[] AgentRunSteps =
    [
        SampleSteps.CreateBranch, SampleSteps.ProvisionSandbox, SampleSteps.PostComment, SampleSteps.DeployPreview,
    ];

    /// <summary>The sagas that run side by side, and then the one whose process is killed.</summary>
    public static (IReadOnlyList<DemoScenario> Together, DemoScenario Killed) Create() =>
    (
        [
            new DemoScenario(
                1,
                "All goes well",
                Order,
                OrderSteps,
                """{"orderId":"demo-1","amount":42}""",
                "Completed",
                "no step was undone",
                (saga, _) => saga.UndoneSteps.Count == 0),
            new DemoScenario(
                2,
                "The last tool fails: all is undone, in reverse",
                AgentRun,
                AgentRunSteps,
                """{"task":"fix-login","faults":{"deploy-preview":"fail"}}""",
                "Compensated",
                "post-comment, provision-sandbox and create-branch were undone in this order",
                (saga, _) => saga.UndoneSteps.SequenceEqual(AgentRunSteps[..3].Reverse())),
            new DemoScenario(
                3,
                "An undo fails twice and is retried",
                Order,
                OrderSteps,
                """
                {"orderId":"demo-3","amount":42,
                "faults":{"book-shipment":"fail","charge-card:compensate":"fail-times:2"}}
                """,
                "Compensated",
                "charge-card was undone at the third attempt",
                (saga, _) => saga.History.Any(entry =>
                    entry is { Event: HistoryEvents.StepCompensated, Step: SampleSteps.ChargeCard, Attempt: 3 })),
            new DemoScenario(
                4,
                "A step never answers: undone, to be sure",
                Order,
                OrderSteps,
                """{"orderId":"demo-4","amount":42,"faults":{"charge-card":"hang"}}""",
                "Compensated",
                "charge-card timed out and was undone, and reserve-stock after it",
                (saga, _) => saga.History.Any(entry =>
                        entry is { Event: HistoryEvents.StepTimedOut, Step: SampleSteps.ChargeCard })
                    && saga.UndoneSteps.SequenceEqual([SampleSteps.ChargeCard, SampleSteps.ReserveStock])),
        ],
        new DemoScenario(
            5,
            "Its process is killed; another one goes on",
            AgentRun,
            AgentRunSteps,
            $$$"""{"task":"add-search","faults":{"{{{KilledIn}}}":"late:60s"}}""",
            "Completed",
            $"{KilledIn} was answered after the first process had been killed",
            (saga, killedAt) => saga.History.Any(entry =>
                entry is { Event: HistoryEvents.StepSucceeded, Step: KilledIn } && entry.Time > killedAt)));
}
