using Sagas.Engine;

namespace Sagas.Worker.Demo;

/// <summary>A step of a saga as the demo shows it.</summary>
/// <param name="Name">The step.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Attempt">The attempt of the direction in hand.</param>
internal sealed record StepView(string Name, StepPhase Phase, int Attempt)
{
    /// <summary>How every step of a saga stands, after its history.</summary>
    public static IReadOnlyList<StepView> Of(DemoSaga saga) =>
        [.. saga.Scenario.Steps.Select(step => Of(step, saga.History.Where(entry => entry.Step == step)))];

    private static StepView Of(string step, IEnumerable<DemoHistoryEntry> history) =>
        history.Aggregate(new StepView(step, StepPhase.Waiting, 0), (view, entry) => view.After(entry));

    private StepView After(DemoHistoryEntry entry) => entry.Event switch
    {
        HistoryEvents.StepSent when entry.IsCompensation => At(StepPhase.Undoing, entry),
        HistoryEvents.StepSent => At(StepPhase.Running, entry),
        HistoryEvents.StepSucceeded => At(StepPhase.Done, entry),
        HistoryEvents.StepCompensated => At(StepPhase.Undone, entry),
        HistoryEvents.StepFailed when !entry.IsCompensation => At(StepPhase.Failed, entry),
        HistoryEvents.StepTimedOut when !entry.IsCompensation => At(StepPhase.Unknown, entry),
        _ => this,
    };

    private StepView At(StepPhase phase, DemoHistoryEntry entry) =>
        this with { Phase = phase, Attempt = entry.Attempt ?? 0 };
}
