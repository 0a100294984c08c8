using Sagas.Benchmarks.Load;

namespace Sagas.Benchmarks.Outage;

/// <summary>A part of the time in which the sagas that have piled up are worked off.</summary>
/// <param name="End">When it ended, since the worker was started.</param>
/// <param name="Left">How many of those sagas have not ended by then.</param>
/// <param name="NewOnes">How long new sagas took that ended meanwhile.</param>
/// <param name="WorkerMemoryMiB">The worker's resident memory at its end.</param>
internal sealed record OutagePeriod(TimeSpan End, long Left, Latencies NewOnes, double WorkerMemoryMiB);
