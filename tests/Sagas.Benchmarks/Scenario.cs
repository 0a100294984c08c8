namespace Sagas.Benchmarks;

/// <summary>A saga to measure.</summary>
/// <param name="Saga">Its definition's name.</param>
/// <param name="Steps">How many it has.</param>
/// <param name="IsCompensated">Whether its last step fails, so that all others are undone.</param>
internal sealed record Scenario(string Saga, int Steps, bool IsCompensated)
{
    public static readonly IReadOnlyList<Scenario> All =
    [
        .. BenchmarkSagas.Names
            .Select(x => (Name: x, Steps: BenchmarkSagas.StepsOf(x)))
            .SelectMany(x => (Scenario[])[new(x.Name, x.Steps, false), new(x.Name, x.Steps, true)]),
    ];

    /// <summary>What it is called on the command line.</summary>
    public string Key => $"{Steps}{(IsCompensated ? "-compensated" : "")}";

    public string? FailingStep => IsCompensated ? BenchmarkSagas.StepName(Steps) : null;

    public override string ToString() => $"{Steps} steps, {(IsCompensated ? "compensated" : "completed")}";
}
