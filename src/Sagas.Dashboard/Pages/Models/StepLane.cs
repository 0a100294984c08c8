using Sagas.Dashboard.Queries;
using Sagas.Dashboard.Viewing;

namespace Sagas.Dashboard.Pages.Models;

/// <summary>A step of the timeline.</summary>
/// <param name="Name">The step.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Tries">How many attempts there were.</param>
/// <param name="Error">Its last error.</param>
/// <param name="Bars">What happened to it.</param>
public sealed record StepLane(string Name, string Status, string Tries, string? Error, IReadOnlyList<ChartBar> Bars)
{
    /// <summary>All of it in words, for those who do not see it.</summary>
    public string Told => Bars.Count == 0 ? "not begun" : string.Join("; ", Bars.Select(x => x.Told));

    internal static StepLane Of(StepView step, StepTrack track, Func<DateTimeOffset, double> place) => new(
        step.Name,
        step.Status,
        TriesOf(step),
        step.Error is { } error ? $"{error.Code}: {error.Message}" : null,
        [.. track.Bars.Select(bar => Bar(bar, place))]);

    private static string TriesOf(StepView step) => (step.Attempts, step.CompensationAttempts) switch
    {
        (0, 0) => "",
        (1, 0) => "1 attempt",
        (var execute, 0) => $"{execute} attempts",
        var (execute, compensate) => $"{execute} to do, {compensate} to undo",
    };

    private static ChartBar Bar(TimelineBar bar, Func<DateTimeOffset, double> place)
    {
        var (x, to) = (place(bar.From), place(bar.To));
        return new ChartBar(
            x,
            to - x,
            bar.Kind.ToString().ToLowerInvariant(),
            bar.End.ToString().ToLowerInvariant(),
            Mark(bar.End),
            Tell(bar));
    }

    private static string Tell(TimelineBar bar)
    {
        var length = TimeText.Of(bar.To - bar.From);
        return bar.Kind switch
        {
            BarKind.Wait => $"waited {length}",
            BarKind.Mark => Tell(bar.End),
            BarKind.Execute => $"attempt, {length}: {Tell(bar.End)}",
            _ => $"attempt to undo, {length}: {Tell(bar.End)}",
        };
    }

    private static string Tell(BarEnd end) => end switch
    {
        BarEnd.Succeeded => "succeeded",
        BarEnd.Failed => "failed",
        BarEnd.Unknown => "no answer",
        BarEnd.Undone => "undone",
        BarEnd.Suspended => "the saga was suspended here",
        BarEnd.Skipped => "skipped by an operator",
        _ => "under way",
    };

    private static string Mark(BarEnd end) => end switch
    {
        BarEnd.Succeeded => "✓",
        BarEnd.Failed => "✗",
        BarEnd.Unknown => "?",
        BarEnd.Undone => "↩",
        BarEnd.Suspended => "!",
        BarEnd.Skipped => "»",
        _ => "",
    };
}
