namespace Sagas.IntegrationTests.Faults;

/// <summary>Derives from a saga's history how long it waited.</summary>
internal static class SagaWaits
{
    private static readonly string[] Ends = ["SagaCompleted", "SagaCompensated", "SagaAborted"];

    /// <summary>The waits that ended after an instant, or all of them. Nobody waits for what changes nothing.</summary>
    public static IEnumerable<SagaWait> WaitsAfter(this SagaRecord saga, DateTime? healedAt)
    {
        // What waits for its start waits in the broker: it may be as late as its first step.
        var allowed = saga.History.Select(AllowedAfter).FirstOrDefault(x => x > TimeSpan.Zero);
        var since = healedAt;
        foreach (var line in saga.History.Where(x => x.Event != "ReplyIgnored"))
        {
            if (since is { } begin && (healedAt is null || line.Time > healedAt))
            {
                yield return new SagaWait(line.Event, line.Time - begin, allowed);
            }

            since = Ends.Contains(line.Event) ? null : healedAt > line.Time ? healedAt : line.Time;
            allowed = AllowedAfter(line);
        }
    }

    private static TimeSpan AllowedAfter(SagaRecord.HistoryLine line) => line.Until - line.Time ?? TimeSpan.Zero;
}
