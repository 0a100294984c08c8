namespace Sagas.Benchmarks.Measuring;

/// <summary>What a system does at full load.</summary>
/// <param name="Sagas">How many sagas ended while it was measured.</param>
/// <param name="Time">How long that was.</param>
/// <param name="Used">What they took.</param>
/// <param name="WorkerMemoryMiB">The worker's resident memory at the end.</param>
internal sealed record FullLoadMeasurement(int Sagas, TimeSpan Time, Usage Used, double WorkerMemoryMiB)
{
    public double ASecond => Sagas / Time.TotalSeconds;

    /// <summary>CPU time a saga, not a number if the system has no such process.</summary>
    public double CpuMilliseconds(string process) =>
        Used.Cpu.TryGetValue(process, out var time) ? time.TotalMilliseconds / Sagas : double.NaN;

    /// <summary>The same of all processes together.</summary>
    public double AllCpuMilliseconds => Used.Cpu.Values.Sum(x => x.TotalMilliseconds) / Sagas;
}
