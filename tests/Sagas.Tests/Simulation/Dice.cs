namespace Sagas.Tests.Simulation;

/// <summary>
/// Random numbers that follow from a seed alone, on every machine and version: SplitMix64 (Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators", 2014).
/// </summary>
internal sealed class Dice(ulong seed)
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private ulong _state = Mix(seed + Gamma);

    /// <summary>A stream of its own: what one part of the world rolls does not change what another one does.</summary>
    public static Dice Of(ulong seed, ulong stream) => new(Mix(seed + Gamma) ^ Mix(stream * Gamma + 1));

    public ulong NextBits()
    {
        _state += Gamma;
        return Mix(_state);
    }

    /// <summary>From 0 to less than 1.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>From 0 to less than the bound.</summary>
    public int Next(int bound) => (int)(NextDouble() * bound);

    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>Between the two, the short ones as likely as the long ones by order of magnitude.</summary>
    public TimeSpan Between(TimeSpan from, TimeSpan to)
    {
        var low = Math.Log(Math.Max(1, from.Ticks));
        var high = Math.Log(Math.Max(1, to.Ticks));
        return TimeSpan.FromTicks((long)Math.Exp(low + (NextDouble() * (high - low))));
    }

    public TimeSpan Between(double fromSeconds, double toSeconds) =>
        Between(TimeSpan.FromSeconds(fromSeconds), TimeSpan.FromSeconds(toSeconds));

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Next(choices.Count)];

    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
