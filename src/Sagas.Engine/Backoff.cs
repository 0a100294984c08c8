using Sagas.Engine.Definitions;

namespace Sagas.Engine;

/// <summary>The pause before an attempt is repeated.</summary>
internal static class Backoff
{
    /// <summary>The longest pause that a participant may ask for.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    /// <summary>Interval × 2ⁿ, at most the longest pause, then changed at random by the jitter's share.</summary>
    /// <param name="policy">The step's policy.</param>
    /// <param name="attempts">How many attempts of the present set were sent, from 1; n is one less.</param>
    /// <param name="random">Gives numbers from 0 to less than 1.</param>
    public static TimeSpan Pause(RetryPolicy policy, int attempts, Func<double> random)
    {
        var ticks = Math.Min(policy.Interval.Ticks * Math.Pow(2, attempts - 1), policy.MaxInterval.Ticks);
        var jittered = ticks * (1 + (policy.Jitter * ((2 * random()) - 1)));
        return TimeSpan.FromTicks((long)jittered);
    }

    /// <summary>The same, but no shorter than the participant asked for.</summary>
    public static TimeSpan Pause(RetryPolicy policy, int attempts, Func<double> random, int? retryAfterSeconds)
    {
        var pause = Pause(policy, attempts, random);
        var wish = TimeSpan.FromSeconds(Math.Min(retryAfterSeconds ?? 0, MaxRetryAfter.TotalSeconds));
        return wish > pause ? wish : pause;
    }
}
