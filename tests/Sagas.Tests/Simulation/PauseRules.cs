using Sagas.Worker.Definitions;

namespace Sagas.Tests.Simulation;

/// <summary>What a policy says of the pause before the next attempt.</summary>
internal static class PauseRules
{
    public static void Check(RetryPolicy policy, int attempts, int? wish, TimeSpan? pause)
    {
        var usual = Math.Min(policy.Interval.Ticks * Math.Pow(2, attempts - 1), policy.MaxInterval.Ticks);
        var wished = (wish ?? 0) * TimeSpan.TicksPerSecond;
        var least = Math.Max(usual * (1 - policy.Jitter), wished) - TimeSpan.TicksPerMillisecond;
        var most = Math.Max(usual * (1 + policy.Jitter), wished) + TimeSpan.TicksPerMillisecond;
        Invariant.Require(
            pause?.Ticks >= least && pause.Value.Ticks <= most,
            Invariant.Pauses,
            () => $"The pause is {pause}, not about {TimeSpan.FromTicks((long)usual)}, and not under {wish} s.");
    }
}
