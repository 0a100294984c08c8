namespace Sagas.Engine;

/// <summary>
/// A step that could not be begun, because its destination is unwell or the worker has no room for it, is neither
/// failed nor an attempt: it waits, and the same attempt is sent again under the same key.
/// </summary>
internal static class DeferralRules
{
    /// <summary>The shortest wait: whoever says less does not make the saga turn in circles.</summary>
    public static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <summary>The shortest wait of those that double: they do not stay short.</summary>
    public static readonly TimeSpan ShortestDoublingWait = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait, before the spread: whatever was said, the saga is looked at again.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>The share of itself by which a wait is lengthened at most, so that not all come back at once.</summary>
    public const double Spread = 0.5;

    /// <summary>The attempt in flight was put off.</summary>
    public static void Deferred(Transition transition, StepInstance step, StepDeferred reply)
    {
        var error = new StepError(
            EngineText.Limit(reply.Code, EngineText.MaxCode), EngineText.Limit(reply.Message, EngineText.MaxMessage));
        if (transition.Saga.IsDoomed)
        {
            // Another copy of the command may have come through, and nothing is begun any more.
            step = step.With(reply.Direction, step.Progress(reply.Direction).Abandoned());
            AttemptRules.Lost(transition, step, reply.Direction, error, retryable: false, retryAfterSeconds: null);
            return;
        }

        var progress = step.Progress(reply.Direction).Deferred();
        var retryAt = EngineTime.Precise(transition.Now + Wait(reply, progress.Waits, transition.Random));
        transition.Update(step.With(reply.Direction, progress) with
        {
            Error = error,
            DueAt = retryAt,
        });
        if (!progress.IsWaitRecorded)
        {
            return;
        }

        transition.Record(HistoryEvents.StepDeferred, step.Name, reply.Direction, reply.Attempt, new HistoryDetail
        {
            Code = error.Code,
            Message = error.Message,
            RetryAt = retryAt,
            Waits = progress.Waits,
        });
    }

    private static TimeSpan Wait(StepDeferred reply, int waits, Func<double> random)
    {
        var wait = reply.LongestWait is { } longest
            ? Doubled(reply.Wait, waits, longest)
            : Math.Clamp(reply.Wait.Ticks, ShortestWait.Ticks, LongestWait.Ticks);
        return TimeSpan.FromTicks((long)wait) * (1 + (Spread * random()));
    }

    private static double Doubled(TimeSpan wait, int waits, TimeSpan longest)
    {
        var first = Math.Max(wait.Ticks, ShortestDoublingWait.Ticks);
        var most = Math.Clamp(longest.Ticks, ShortestWait.Ticks, LongestWait.Ticks);
        return Math.Min(first * Math.Pow(2, waits - 1), most);
    }
}
