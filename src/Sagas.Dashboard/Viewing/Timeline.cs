using Sagas.Dashboard.Queries;
using Sagas.Engine;

namespace Sagas.Dashboard.Viewing;

/// <summary>A saga's steps over time, on one axis.</summary>
internal sealed class Timeline
{
    private readonly Dictionary<string, StepTrack> _tracks = [];

    private Timeline(DateTimeOffset from, DateTimeOffset to, IReadOnlyList<TimeGap> gaps) =>
        (From, To, Gaps) = (from, to, gaps);

    /// <summary>Where the axis begins.</summary>
    public DateTimeOffset From { get; }

    /// <summary>Where it ends: now, for a saga that moves.</summary>
    public DateTimeOffset To { get; }

    /// <summary>What is left out of it, in the order of time.</summary>
    public IReadOnlyList<TimeGap> Gaps { get; }

    public static Timeline Of(SagaDetail saga, IReadOnlyList<HistoryView> history, DateTimeOffset now)
    {
        var isMoving = saga.State is nameof(SagaStatus.Running) or nameof(SagaStatus.Compensating);
        var last = history.Count > 0 ? history.Max(x => x.Time) : saga.UpdatedAt;
        var to = isMoving && now > last ? now : last;
        var from = saga.StartedAt;
        var timeline = new Timeline(from, to > from ? to : from.AddMilliseconds(1), [.. GapsOf(history)]);
        foreach (var entry in history.Where(x => x.Step is not null))
        {
            timeline.Track(entry.Step!).Read(entry);
        }

        foreach (var track in timeline._tracks.Values.Where(_ => isMoving))
        {
            track.Finish(timeline.To);
        }

        return timeline;
    }

    /// <summary>What happened to a step.</summary>
    public StepTrack Track(string step) =>
        _tracks.TryGetValue(step, out var track) ? track : _tracks[step] = new StepTrack();

    /// <summary>From a suspension, or an end, to what made the saga move again.</summary>
    private static IEnumerable<TimeGap> GapsOf(IReadOnlyList<HistoryView> history)
    {
        HistoryView? standstill = null;
        foreach (var entry in history)
        {
            if (standstill is not null && IsMovement(entry.Event))
            {
                yield return new TimeGap(standstill.Time, entry.Time);
                standstill = null;
            }
            else if (entry.Event is HistoryEvents.SagaSuspended or HistoryEvents.SagaCompleted
                or HistoryEvents.SagaCompensated or HistoryEvents.SagaAborted)
            {
                standstill = entry;
            }
        }
    }

    private static bool IsMovement(string name) => name is HistoryEvents.SagaRetried or HistoryEvents.StepSkipped
        or HistoryEvents.SagaAborted or HistoryEvents.SagaReopened or HistoryEvents.StepSent;
}
