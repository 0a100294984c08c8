namespace Sagas.Benchmarks;

/// <summary>The sagas that are measured, by the name of their definition in <c>definitions/</c>.</summary>
internal static class BenchmarkSagas
{
    private static readonly Dictionary<string, int> Steps = new() { ["three"] = 3, ["ten"] = 10 };

    public static IEnumerable<string> Names => Steps.Keys;

    /// <summary>Where their definitions are.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "definitions");

    public static int StepsOf(string name) => Steps[name];

    /// <summary>The name of a step.</summary>
    /// <param name="number">The step's place, from 1.</param>
    public static string StepName(int number) => $"step-{number}";
}
