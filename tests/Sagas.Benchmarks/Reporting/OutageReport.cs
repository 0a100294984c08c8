using System.Globalization;
using Sagas.Benchmarks.Outage;

namespace Sagas.Benchmarks.Reporting;

/// <summary>How a worker starts, and what it does with sagas that have piled up, as tables and a picture.</summary>
/// <param name="count">How many piled up.</param>
internal sealed class OutageReport(int count)
{
    private readonly List<TimeSpan> _starts = [];
    private readonly List<OutagePeriod> _periods = [];

    /// <summary>The worker's memory before they did, in MiB.</summary>
    public double MemoryBefore { get; set; }

    /// <summary>Its memory with all of them in flight, in MiB.</summary>
    public double MemoryInFlight { get; set; }

    /// <summary>How long it took to start all of them.</summary>
    public TimeSpan PilingUp { get; set; }

    public void AddStart(TimeSpan time) => _starts.Add(time);

    public void Add(OutagePeriod period) => _periods.Add(period);

    /// <param name="conditions">Where and how it was measured.</param>
    public string ToMarkdown(string conditions)
    {
        var figures = new MarkdownTable("what", "figure");
        var starts = Spread.Of(_starts.Select(x => x.TotalSeconds));
        figures.Add("seconds from the start of a worker to the end of a saga that waited for it",
            starts.ToTextWithSpread("F1"));
        figures.Add("sagas in flight", Text(count, "N0"));
        figures.Add("of which so many were started a second", Text(count / PilingUp.TotalSeconds, "F0"));
        figures.Add("MiB of the worker's memory before", Text(MemoryBefore, "F0"));
        figures.Add("with all of them in flight", Text(MemoryInFlight, "F0"));
        figures.Add("seconds until all of them, due at once, had ended", Text(_periods[^1].End.TotalSeconds, "F0"));

        var periods = new MarkdownTable(
            "after seconds", "left of them", "new ones that ended", "p50 ms", "p99 ms", "worker MiB");
        foreach (var period in _periods)
        {
            periods.Add(
                Text(period.End.TotalSeconds, "F0"),
                Text(period.Left, "N0"),
                Text(period.NewOnes.Count, "N0"),
                Text(period.NewOnes.P50, "F0"),
                Text(period.NewOnes.P99, "F0"),
                Text(period.WorkerMemoryMiB, "F0"));
        }

        return $"{conditions}\n\n{figures}\n{periods}";
    }

    public string ToPicture() => new BarChart(
        "After an outage, by the seconds since the worker is back",
        [
            Group("sagas that were all due at once and are left", x => x.Left),
            Group("ms that half of the new ones take at most", x => x.NewOnes.P50),
        ])
    {
        ScalesEachGroup = true,
    }.ToSvg();

    private BarGroup Group(string name, Func<OutagePeriod, double> value) => new(
        name, [.. _periods.Select(x => new Bar(Text(x.End.TotalSeconds, "F0"), Spread.Of([value(x)])))]);

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
