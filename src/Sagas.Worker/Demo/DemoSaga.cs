using Sagas.Engine;

namespace Sagas.Worker.Demo;

/// <summary>A saga of the demo, as the databases showed it last.</summary>
/// <param name="Scenario">Which one it is.</param>
/// <param name="State">The saga's state, or <see langword="null"/> before it is stored.</param>
/// <param name="History">Its history so far.</param>
/// <param name="Effects">What the participants have committed for it, in order.</param>
internal sealed record DemoSaga(
    DemoScenario Scenario,
    string? State,
    IReadOnlyList<DemoHistoryEntry> History,
    IReadOnlyList<DemoEffect> Effects)
{
    public bool HasEnded => State is "Completed" or "Compensated" or "Aborted" or "Suspended";

    /// <summary>The steps that were undone, in the order in which that happened.</summary>
    public IReadOnlyList<string> UndoneSteps =>
        [.. History.Where(entry => entry.Event == HistoryEvents.StepCompensated).Select(entry => entry.Step!)];

    /// <summary>Whether the step has had its effect while the worker still waits for the answer.</summary>
    public bool IsInTheMiddleOf(string step) =>
        History.LastOrDefault(entry => entry.Step == step) is { Event: HistoryEvents.StepSent }
        && Effects.Any(effect => effect.Step == step);
}
