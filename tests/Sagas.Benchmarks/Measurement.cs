using Sagas.Benchmarks.Load;
using Sagas.Benchmarks.Measuring;

namespace Sagas.Benchmarks;

/// <summary>One run of a scenario on a system.</summary>
/// <param name="ASecond">Sagas a second at full load.</param>
/// <param name="Sagas">How many sagas that was.</param>
/// <param name="Used">What they took.</param>
/// <param name="Idle">Their times one after the other.</param>
/// <param name="Half">Their times at half of the full load.</param>
/// <param name="WorkerMemoryMiB">The worker's resident memory behind all that.</param>
internal sealed record Measurement(
    double ASecond, int Sagas, Usage Used, Latencies Idle, Latencies Half, double WorkerMemoryMiB)
{
    public double CpuMilliseconds(string process) => Used.Cpu[process].TotalMilliseconds / Sagas;
}
