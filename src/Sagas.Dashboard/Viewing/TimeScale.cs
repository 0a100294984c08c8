namespace Sagas.Dashboard.Viewing;

/// <summary>Puts instants into columns: evenly, but for the gaps, which have a fixed width each.</summary>
internal sealed class TimeScale
{
    private readonly Timeline _timeline;
    private readonly IReadOnlyList<TimeGap> _gaps;
    private readonly TimeSpan _shown;
    private readonly int _gapWidth;

    /// <param name="timeline">What is shown.</param>
    /// <param name="width">How many columns there are.</param>
    /// <param name="gapWidth">How many of them a gap has.</param>
    public TimeScale(Timeline timeline, int width, int gapWidth = 1)
    {
        _timeline = timeline;
        _gapWidth = gapWidth;
        Width = width;

        // So many that they would push everything else out are drawn to scale instead.
        _gaps = timeline.Gaps.Count * gapWidth <= width / 4 ? timeline.Gaps : [];
        _shown = timeline.To - timeline.From - Sum(_gaps);
    }

    /// <summary>How many columns there are.</summary>
    public int Width { get; }

    /// <summary>How much time is left out.</summary>
    public TimeSpan LeftOut => Sum(_gaps);

    /// <summary>The columns of the gaps.</summary>
    public IEnumerable<int> GapColumns => _gaps.Select(x => ColumnOf(x.From) + 1).Where(x => x < Width);

    public int ColumnOf(DateTimeOffset instant)
    {
        var (hidden, before) = (TimeSpan.Zero, 0);
        foreach (var gap in _gaps.Where(x => x.From < instant))
        {
            hidden += (instant < gap.To ? instant : gap.To) - gap.From;
            before += instant >= gap.To ? _gapWidth : 0;
        }

        var columns = Width - _gaps.Count * _gapWidth;
        var share = _shown <= TimeSpan.Zero ? 0 : (instant - _timeline.From - hidden) / _shown;
        return Math.Clamp((int)(share * columns) + before, 0, Width - 1);
    }

    private static TimeSpan Sum(IEnumerable<TimeGap> gaps) =>
        gaps.Aggregate(TimeSpan.Zero, (sum, gap) => sum + gap.Length);
}
