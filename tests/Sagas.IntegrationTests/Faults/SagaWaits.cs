namespace Sagas.IntegrationTests.Faults;

/// <summary>Derives from a saga's history how long it waited, and whether it waited long enough.</summary>
internal static class SagaWaits
{
    private static readonly string[] Ends = ["SagaCompleted", "SagaCompensated", "SagaAborted"];

    /// <summary>The waits that ended after an instant, or all of them. Nobody waits for what changes nothing.</summary>
    public static IEnumerable<SagaWait> WaitsAfter(this SagaRecord saga, DateTime? healedAt)
    {
        // What waits for its start, or for its next attempt, may be as late as what waits for an answer.
        var timeout = saga.History.Select(AllowedAfter).FirstOrDefault(x => x > TimeSpan.Zero);
        var allowed = timeout;
        var since = healedAt;
        foreach (var line in saga.History.Where(x => x.Event != "ReplyIgnored"))
        {
            if (since is { } begin && (healedAt is null || line.Time > healedAt))
            {
                yield return new SagaWait(line.Event, line.Time - begin, allowed);
            }

            since = Ends.Contains(line.Event) ? null : healedAt > line.Time ? healedAt : line.Time;
            allowed = AllowedAfter(line) is var own && own > timeout ? own : timeout;
        }
    }

    /// <summary>By how much attempts were given up before their deadlines.</summary>
    public static IEnumerable<TimeSpan> FindEarlyTimeouts(this SagaRecord saga)
    {
        DateTime? deadline = null;
        foreach (var line in saga.History)
        {
            if (line.Event == "StepTimedOut" && line.Time < deadline)
            {
                yield return deadline.Value - line.Time;
            }

            deadline = line.Event == "StepSent" ? line.Until : deadline;
        }
    }

    private static TimeSpan AllowedAfter(SagaRecord.HistoryLine line) => line.Until - line.Time ?? TimeSpan.Zero;
}
