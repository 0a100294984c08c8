using Sagas.Engine.Definitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>Definitions to test with: the pauses are 1, 2, 4 … s without jitter, the timeouts 60 and 300 s.</summary>
internal static class TestDefinitions
{
    public static readonly TimeSpan ExecutionTimeout = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan CompensationTimeout = TimeSpan.FromSeconds(300);

    public static SagaDefinition Saga(params StepDefinition[] steps) => new()
    {
        Name = "order",
        Version = 3,
        Steps = steps,
    };

    public static StepDefinition Step(string name, int retries = 2) => new()
    {
        Name = name,
        Participant = new QueueParticipant(name + "-service"),
        Timeout = ExecutionTimeout,
        Retry = Retry(retries),
        Compensation = new CompensationDefinition
        {
            Participant = new QueueParticipant(name + "-undo", MessageFormat.Json),
            Timeout = CompensationTimeout,
            Retry = Retry(retries),
        },
    };

    public static StepDefinition Irreversible(string name, int retries = 2) =>
        Step(name, retries) with { Compensation = null };

    public static StepDefinition Pivot(string name, int retries = 2) =>
        Irreversible(name, retries) with { Pivot = true };

    /// <summary>The steps start together.</summary>
    public static StepDefinition[] Parallel(params StepDefinition[] steps) =>
        [.. steps.Select(step => step with { Group = 1 })];

    public static RetryPolicy Retry(int retries) => new()
    {
        Retries = retries,
        Interval = TimeSpan.FromSeconds(1),
        MaxInterval = TimeSpan.FromSeconds(60),
        Jitter = 0,
    };

    /// <summary>Reserve, charge, ship: three steps that can all be undone.</summary>
    public static SagaDefinition Order(int retries = 2) =>
        Saga(Step("reserve", retries), Step("charge", retries), Step("ship", retries));
}
