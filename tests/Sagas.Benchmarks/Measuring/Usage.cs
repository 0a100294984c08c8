namespace Sagas.Benchmarks.Measuring;

/// <summary>What the processes and servers have used up to an instant.</summary>
/// <param name="Cpu">CPU time, by process.</param>
/// <param name="Counters">What the servers count.</param>
internal sealed record Usage(IReadOnlyDictionary<string, TimeSpan> Cpu, Counters Counters)
{
    public static Usage operator -(Usage later, Usage earlier) => new(
        later.Cpu.ToDictionary(x => x.Key, x => x.Value - earlier.Cpu[x.Key]),
        later.Counters - earlier.Counters);
}
