using Sagas.Benchmarks.Load;
using Sagas.Benchmarks.Measuring;

namespace Sagas.Benchmarks.Soak;

/// <summary>A part of a long run.</summary>
/// <param name="End">When it ended, since the run began.</param>
/// <param name="Full">What the system did meanwhile.</param>
/// <param name="Latencies">How long the sagas took that ended meanwhile.</param>
/// <param name="Tables">What was in the worker's database at its end.</param>
internal sealed record SoakPeriod(TimeSpan End, FullLoadMeasurement Full, Latencies Latencies, TableSizes Tables);
