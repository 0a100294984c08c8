namespace Sagas.Benchmarks.Reporting;

/// <summary>A bar as long as a median, with a line from the least to the most.</summary>
internal sealed record Bar(string Name, Spread Value);
