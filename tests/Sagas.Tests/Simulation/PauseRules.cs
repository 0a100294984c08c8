using Sagas.Engine;
using Sagas.Engine.Definitions;

namespace Sagas.Tests.Simulation;

/// <summary>How long a saga may do nothing by itself.</summary>
internal static class PauseRules
{
    /// <summary>
    /// As long as was said, from a second to five minutes, or doubled each time from a tenth of a second on; and up to
    /// half as long again.
    /// </summary>
    public static void CheckWait(StepDeferred reply, int waits, TimeSpan? wait)
    {
        var said = reply.Wait.TotalSeconds;
        var least = TimeSpan.FromSeconds(reply.LongestWait is { } longest
            ? Math.Min(Math.Max(said, 0.1) * Math.Pow(2, waits - 1), Math.Clamp(longest.TotalSeconds, 1, 300))
            : Math.Clamp(said, 1, 300));
        var slack = TimeSpan.FromMilliseconds(1);
        Invariant.Require(
            wait >= least - slack && wait <= (least * 1.5) + slack,
            Invariant.Waits,
            () => $"The step was deferred for {reply.Wait} to {reply.LongestWait}, for the {waits}th time, and waits for {wait}.");
    }

    /// <summary>What a policy says of the pause before the next attempt.</summary>
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
