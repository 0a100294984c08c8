using Sagas.Dashboard.Queries;
using Sagas.Engine;

namespace Sagas.Dashboard.Viewing;

/// <summary>What happened to one step, read from the saga's history entry by entry.</summary>
internal sealed class StepTrack
{
    private readonly List<TimelineBar> _bars = [];
    private HistoryView? _sent;
    private HistoryView? _pausedBy;

    /// <summary>The bars, in the order of time.</summary>
    public IReadOnlyList<TimelineBar> Bars => _bars;

    /// <summary>The command whose answer is awaited.</summary>
    public HistoryView? InFlight => _sent;

    /// <summary>What the pause before the next attempt began with.</summary>
    public HistoryView? Pause => _pausedBy;

    public void Read(HistoryView entry)
    {
        switch (entry.Event)
        {
            case HistoryEvents.StepSent:
                Close(entry.Time, BarEnd.Unknown);
                EndPause(entry);
                _sent = entry;
                break;
            case HistoryEvents.StepSucceeded:
                CloseOrMark(entry.Time, BarEnd.Succeeded);
                break;
            case HistoryEvents.StepCompensated:
                CloseOrMark(entry.Time, BarEnd.Undone);
                break;
            case HistoryEvents.StepFailed:
                CloseOrMark(entry.Time, BarEnd.Failed);
                _pausedBy = IsRetried(entry) ? entry : null;
                break;
            case HistoryEvents.StepTimedOut or HistoryEvents.StepOutcomeUnknown:
                CloseOrMark(entry.Time, BarEnd.Unknown);
                _pausedBy = IsRetried(entry) ? entry : null;
                break;
            case HistoryEvents.StepDeferred:
                // What was sent was not begun: all of it was waiting.
                _pausedBy = _sent is null ? entry : entry with { Time = _sent.Time };
                _sent = null;
                break;
            case HistoryEvents.StepGivenUp:
                Close(entry.Time, BarEnd.Unknown);
                _pausedBy = null;
                break;
            case HistoryEvents.LateSuccess:
                Mark(entry.Time, BarEnd.Succeeded);
                break;
            case HistoryEvents.SagaSuspended:
                Mark(entry.Time, BarEnd.Suspended);
                _pausedBy = null;
                break;
            case HistoryEvents.StepSkipped:
                Mark(entry.Time, BarEnd.Skipped);
                break;
        }
    }

    /// <summary>Draws what is still going on up to an instant.</summary>
    public void Finish(DateTimeOffset end)
    {
        if (_sent is { } sent)
        {
            _bars.Add(new TimelineBar(sent.Time, end, KindOf(sent), BarEnd.Open));
        }
        else if (_pausedBy is { } pause)
        {
            _bars.Add(new TimelineBar(pause.Time, end, BarKind.Wait, BarEnd.Open));
        }
    }

    private static bool IsRetried(HistoryView entry) => entry.Says("retryAt");

    private static BarKind KindOf(HistoryView sent) =>
        Directions.IsCompensation(sent.Direction) ? BarKind.Compensate : BarKind.Execute;

    private void EndPause(HistoryView next)
    {
        if (_pausedBy is { } pause && pause.Direction == next.Direction)
        {
            _bars.Add(new TimelineBar(pause.Time, next.Time, BarKind.Wait, BarEnd.Open));
        }

        _pausedBy = null;
    }

    private void CloseOrMark(DateTimeOffset time, BarEnd end)
    {
        if (_sent is null)
        {
            Mark(time, end);
        }

        Close(time, end);
    }

    private void Close(DateTimeOffset time, BarEnd end)
    {
        if (_sent is { } sent)
        {
            _bars.Add(new TimelineBar(sent.Time, time, KindOf(sent), end));
            _sent = null;
        }
    }

    private void Mark(DateTimeOffset time, BarEnd end) => _bars.Add(new TimelineBar(time, time, BarKind.Mark, end));
}
