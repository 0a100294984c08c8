using Sagas.Worker.Definitions;

namespace Sagas.Tests.Simulation;

/// <summary>What a policy says of the pause before the next attempt.</summary>
internal static class PauseRules
{
    public static void Check(RetryPolicy policy, int attempts, TimeSpan? pause)
    {
        var usual = Math.Min(policy.Interval.Ticks * Math.Pow(2, attempts - 1), policy.MaxInterval.Ticks);
        var least = usual * (1 - policy.Jitter) - TimeSpan.TicksPerMillisecond;
        var most = usual * (1 + policy.Jitter) + TimeSpan.TicksPerMillisecond;
        Invariant.Require(
            pause?.Ticks >= least && pause.Value.Ticks <= most,
            Invariant.Pauses,
            () => $"The pause is {pause}, not about {TimeSpan.FromTicks((long)usual)}.");
    }
}
