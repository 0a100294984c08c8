using Sagas.Dashboard.Queries;
using Sagas.Dashboard.Viewing;
using Sagas.Engine;
using Sagas.Worker.CommandLine.Output;

namespace Sagas.Worker.CommandLine.Viewing;

/// <summary>Tells sagas, a line each, and why those that need somebody do.</summary>
internal static class ListText
{
    private const int StepColumn = 3;

    /// <param name="sagas">The sagas.</param>
    /// <param name="context">
    /// Where it is to be written: beneath each other for people, everything on one line for programs.
    /// </param>
    /// <param name="now">What ages are counted to.</param>
    public static IEnumerable<Line> Tell(IReadOnlyList<SagaSummary> sagas, CommandContext context, DateTimeOffset now)
    {
        var isTerminal = context.IsTerminal;
        var table = isTerminal
            ? new TextTable("ID", "SAGA", "STATE", "STEP", "AGE")
            : new TextTable("ID", "SAGA", "STATE", "STEP", "STARTED", "WHY");
        foreach (var saga in sagas)
        {
            table.Add(Cells(saga, isTerminal, now));
        }

        var lines = table.ToLines(isTerminal ? context.Width : 0, StepColumn);
        yield return lines[0];
        for (var index = 0; index < sagas.Count; index++)
        {
            yield return lines[index + 1];
            if (isTerminal && sagas[index] is { State: nameof(SagaStatus.Suspended), Failure: not null } suspended)
            {
                yield return new Line($"  {SummaryText.Why(suspended)}", Palette.Bad).CutTo(context.Width);
            }
        }
    }

    private static Line[] Cells(SagaSummary saga, bool isTerminal, DateTimeOffset now)
    {
        Line[] cells =
        [
            new Line(saga.Id.ToString()),
            new Line($"{saga.Name} v{saga.Version}"),
            new Line(saga.State, Palette.OfState(saga.State)),
            new Line(SummaryText.Step(saga)),
        ];
        return isTerminal
            ? [.. cells, new Line(TimeText.Of(now - saga.StartedAt), Palette.Faint)]
            : [.. cells, new Line(TimeText.Exactly(saga.StartedAt)), new Line(SummaryText.Why(saga))];
    }
}
