using Sagas.Dashboard.Queries;
using Sagas.Dashboard.Viewing;
using Sagas.Engine;

namespace Sagas.Dashboard.Pages.Models;

/// <summary>An entry of a saga's history.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="At">When it happened.</param>
/// <param name="Event">What happened.</param>
/// <param name="Step">The step, direction and attempt that it is about.</param>
/// <param name="Detail">What else there is to know.</param>
/// <param name="Look">The style class of what it means.</param>
public sealed record HistoryLine(int Sequence, DateTimeOffset At, string Event, string Step, string Detail, string Look)
{
    internal static HistoryLine Of(HistoryView entry) => new(
        entry.Sequence, entry.Time, entry.Event, EntryText.Step(entry), EntryText.Detail(entry), LookOf(entry.Event));

    private static string LookOf(string name) => name switch
    {
        HistoryEvents.StepFailed or HistoryEvents.StepNotSent => "bad",
        HistoryEvents.SagaSuspended or HistoryEvents.SagaAborted => "bad",
        HistoryEvents.StepTimedOut or HistoryEvents.StepOutcomeUnknown or HistoryEvents.LateSuccess => "doubtful",
        HistoryEvents.StepSucceeded or HistoryEvents.SagaCompleted => "good",
        HistoryEvents.StepCompensated or HistoryEvents.SagaCompensated => "undone",
        HistoryEvents.SagaRetried or HistoryEvents.StepSkipped or HistoryEvents.SagaCancelled => "by-hand",
        _ => "",
    };
}
