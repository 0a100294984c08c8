namespace Sagas.Benchmarks.Reporting;

/// <summary>Bars that belong together.</summary>
internal sealed record BarGroup(string Name, IReadOnlyList<Bar> Bars);
