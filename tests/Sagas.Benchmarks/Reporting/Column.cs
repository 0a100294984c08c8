using Sagas.Benchmarks.Measuring;

namespace Sagas.Benchmarks.Reporting;

/// <summary>A figure of every measurement.</summary>
internal sealed record Column(string Title, Func<Measurement, double> Value, string Format);
