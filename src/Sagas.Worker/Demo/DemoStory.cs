using Sagas.Engine;

namespace Sagas.Worker.Demo;

/// <summary>Tells the history of sagas in words.</summary>
internal static class DemoStory
{
    /// <summary>What an entry of the history says, or <see langword="null"/> for what goes without saying.</summary>
    public static string? Tell(DemoHistoryEntry entry) => entry.Event switch
    {
        HistoryEvents.StepSent when entry.Attempt == 1 => null,
        HistoryEvents.StepSent => $"{entry.Step}: {Verb(entry)} again, attempt {entry.Attempt}",
        HistoryEvents.StepSucceeded => $"{entry.Step}: done",
        HistoryEvents.StepCompensated => $"{entry.Step}: undone",
        HistoryEvents.StepFailed when entry.IsCompensation => $"{entry.Step}: undo failed. {entry.Message}",
        HistoryEvents.StepFailed => $"{entry.Step}: failed. {entry.Message}",
        HistoryEvents.StepTimedOut => $"{entry.Step}: no answer in time, so that the outcome is unknown",
        HistoryEvents.ReplyIgnored => $"{entry.Step}: the answer came once more and changed nothing",
        HistoryEvents.SagaStarted => "started",
        HistoryEvents.SagaCompensating => "turns back: what was done is undone, the last first",
        HistoryEvents.SagaCompleted => "Completed",
        HistoryEvents.SagaCompensated => "Compensated",
        _ => entry.Event,
    };

    private static string Verb(DemoHistoryEntry entry) => entry.IsCompensation ? "undo is asked for" : "asked for";
}
