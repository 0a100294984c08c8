namespace Sagas.Benchmarks;

/// <summary>A saga to measure.</summary>
/// <param name="Saga">Its definition's name.</param>
/// <param name="IsCompensated">Whether its last step fails, so that all others are undone.</param>
internal sealed record Scenario(string Saga, bool IsCompensated)
{
    public static IEnumerable<Scenario> All =>
        BenchmarkSagas.Names.SelectMany(x => (Scenario[])[new(x, IsCompensated: false), new(x, IsCompensated: true)]);

    public string? FailingStep => IsCompensated ? $"step-{BenchmarkSagas.StepsOf(Saga)}" : null;

    public override string ToString() =>
        $"{BenchmarkSagas.StepsOf(Saga)} steps, {(IsCompensated ? "compensated" : "completed")}";
}
