using Sagas.Worker.Operations.Queries;
using Sagas.Worker.Operations.Viewing;

namespace Sagas.Worker.Inspector.Models;

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
        "StepFailed" or "SagaSuspended" or "SagaAborted" => "bad",
        "StepTimedOut" or "StepOutcomeUnknown" or "LateSuccess" => "doubtful",
        "StepSucceeded" or "SagaCompleted" => "good",
        "StepCompensated" or "SagaCompensated" => "undone",
        "SagaRetried" or "StepSkipped" or "SagaCancelled" => "by-hand",
        _ => "",
    };
}
