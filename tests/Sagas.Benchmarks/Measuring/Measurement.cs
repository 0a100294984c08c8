using Sagas.Benchmarks.Load;

namespace Sagas.Benchmarks.Measuring;

/// <summary>One run of a scenario on a system.</summary>
/// <param name="Full">At full load.</param>
/// <param name="Messages">Messages that the broker took, a saga.</param>
/// <param name="Idle">The sagas' times one after the other.</param>
/// <param name="Half">Their times at half of the full load.</param>
/// <param name="UsedAtHalf">What all of them took at half of the full load.</param>
internal sealed record Measurement(
    FullLoadMeasurement Full, double Messages, Latencies Idle, Latencies Half, Usage UsedAtHalf)
{
    /// <summary>CPU time of all processes at half of the full load, a saga.</summary>
    public double HalfCpuMilliseconds => UsedAtHalf.Cpu.Values.Sum(x => x.TotalMilliseconds) / Half.Count;
}
