using Sagas.Dashboard.Queries;
using Sagas.Dashboard.Viewing;

namespace Sagas.Dashboard.Pages.Models;

/// <summary>A saga's steps as bars on a common axis. Places are in per cent of its width.</summary>
/// <param name="Ticks">The axis.</param>
/// <param name="Gaps">Where time is left out of it.</param>
/// <param name="Lanes">The steps.</param>
/// <param name="LeftOut">How much time is left out.</param>
public sealed record TimelineChart(
    IReadOnlyList<ChartTick> Ticks, IReadOnlyList<double> Gaps, IReadOnlyList<StepLane> Lanes, TimeSpan LeftOut)
{
    private const int Columns = 10_000;
    private const int GapWidth = 260;
    private const int TickCount = 4;

    internal static TimelineChart Of(SagaDetail saga, Timeline timeline)
    {
        var scale = new TimeScale(timeline, Columns, GapWidth);
        return new TimelineChart(
            [.. TicksOf(timeline, scale)],
            [.. scale.GapColumns.Select(x => Percent(x + GapWidth / 2))],
            [.. saga.Steps.Select(x => StepLane.Of(x, timeline.Track(x.Name), at => Percent(scale.ColumnOf(at))))],
            scale.LeftOut);
    }

    private static IEnumerable<ChartTick> TicksOf(Timeline timeline, TimeScale scale)
    {
        // With time left out, a step of the axis is no longer a step of time.
        var count = scale.LeftOut > TimeSpan.Zero ? 1 : TickCount;
        var length = timeline.To - timeline.From;
        for (var i = 0; i <= count; i++)
        {
            var at = length * i / count;
            yield return new ChartTick(100.0 * i / count, i == 0 ? "start" : $"+{TimeText.Of(at)}");
        }
    }

    private static double Percent(int column) => column * 100.0 / (Columns - 1);
}
