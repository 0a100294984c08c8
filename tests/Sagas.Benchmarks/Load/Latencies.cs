namespace Sagas.Benchmarks.Load;

/// <summary>How long sagas took.</summary>
internal sealed class Latencies(IEnumerable<TimeSpan> times)
{
    private readonly double[] _sorted = [.. times.Select(x => x.TotalMilliseconds).Order()];

    /// <summary>How many sagas there were.</summary>
    public int Count => _sorted.Length;

    /// <summary>What half of them take at most, in milliseconds.</summary>
    public double P50 => At(0.5);

    /// <summary>What 99 of 100 take at most, in milliseconds.</summary>
    public double P99 => At(0.99);

    private double At(double share) => _sorted.Length == 0 ? double.NaN : _sorted[(int)Math.Ceiling(_sorted.Length * share) - 1];
}
