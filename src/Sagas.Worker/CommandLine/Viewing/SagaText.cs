using Sagas.Contracts.Text;
using Sagas.Dashboard.Queries;
using Sagas.Dashboard.Viewing;
using Sagas.Engine;
using Sagas.Worker.CommandLine.Output;

namespace Sagas.Worker.CommandLine.Viewing;

/// <summary>Tells a saga: its state, why it is in it, its steps over time, and what can be done.</summary>
/// <param name="width">How many characters a line should have; commands are never broken.</param>
/// <param name="arguments">What a command needs to reach the same worker.</param>
internal sealed class SagaText(int width, string arguments)
{
    private const int LabelWidth = 11;

    public IEnumerable<Line> Tell(SagaDetail saga, IReadOnlyList<HistoryView> history, DateTimeOffset now)
    {
        var timeline = Timeline.Of(saga, history, now);
        return
        [
            .. Head(saga, now),
            .. saga.StartedBy is { } starter ? Labelled("started by", starter) : [],
            .. Why(saga, history),
            .. WaitText.Of(saga, timeline, now).SelectMany((x, index) => Labelled(index == 0 ? "waits for" : "", x)),
            new Line(),
            .. TimelineView.Draw(saga, timeline, width),
            .. Errors(saga),
            .. Choices(saga),
        ];
    }

    private IEnumerable<Line> Head(SagaDetail saga, DateTimeOffset now)
    {
        yield return new Line($"{saga.Name} v{saga.Version}", Palette.Strong).Add($"  {saga.Id}");
        var progress = saga.Progress;
        var undone = progress.Undone > 0 ? $", {progress.Undone} undone" : "";
        var times = saga.EndedAt is { } ended
            ? $"ended {TimeText.Of(ended)}, {TimeText.Of(now - ended)} ago, after {TimeText.Of(ended - saga.StartedAt)}"
            : $"started {TimeText.Of(saga.StartedAt)}, {TimeText.Of(now - saga.StartedAt)} ago";
        var head = new Line(saga.State, Palette.OfState(saga.State))
            .Add($"  {progress.Done} of {progress.Total} steps done{undone}");
        var isShort = head.Width + 2 + times.Length <= width;
        yield return isShort ? head.Add("  ").Add(times, Palette.Faint) : head;
        if (!isShort)
        {
            yield return new Line(times, Palette.Faint);
        }

        yield return new Line();
    }

    private IEnumerable<Line> Why(SagaDetail saga, IReadOnlyList<HistoryView> history)
    {
        if (saga.State == nameof(SagaStatus.Aborted)
            && history.LastOrDefault(x => x.Event == HistoryEvents.SagaAborted) is { Detail: not null } end)
        {
            return Labelled("ended by", $"{end.Text("operator")}: {end.Text("reason")}");
        }

        if (saga.Failure is not { } failure)
        {
            return [];
        }

        return saga.State == nameof(SagaStatus.Suspended)
            ?
            [
                .. Labelled("stuck", SummaryText.Describe(failure)),
                .. failure.Cause is { } cause ? Labelled("turned back", SummaryText.Describe(cause)) : [],
            ]
            : Labelled("turned back", SummaryText.Describe(failure));
    }

    private static IEnumerable<StepView> Failing(SagaDetail saga) =>
        saga.Steps.Where(x => x.Error is { } error
            && error.Code != saga.Failure?.Code
            && error.Code != saga.Failure?.Cause?.Code);

    private IEnumerable<Line> Errors(SagaDetail saga)
    {
        var failing = Failing(saga).ToList();
        if (failing.Count == 0)
        {
            yield break;
        }

        yield return new Line();
        foreach (var line in failing.SelectMany((x, index) => Labelled(
            index == 0 ? "last errors" : "", $"'{x.Name}': {x.Error!.Code}: {x.Error.Message}")))
        {
            yield return line;
        }
    }

    private IEnumerable<Line> Choices(SagaDetail saga)
    {
        var choices = OperatorChoices.Of(saga, arguments).ToList();
        if (choices.Count == 0)
        {
            yield break;
        }

        yield return new Line();
        yield return new Line("What you can do", Palette.Strong);
        foreach (var choice in choices)
        {
            yield return new Line($"  {choice.Outcome}:", Palette.Faint);
            yield return new Line($"    {choice.Command}");
        }
    }

    private IEnumerable<Line> Labelled(string label, string text)
    {
        var line = new Line(label, Palette.Faint).PadTo(LabelWidth + 2);
        foreach (var part in TextWidth.Wrap(Printable.Of(text), Math.Max(20, width - LabelWidth - 2)))
        {
            yield return line.Add(part);
            line = new Line().PadTo(LabelWidth + 2);
        }
    }
}
