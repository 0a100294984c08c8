using System.Globalization;
using Sagas.Benchmarks.Measuring;

namespace Sagas.Benchmarks.Reporting;

/// <summary>What the worker does with more and more sagas in its tables, as a table and a picture.</summary>
internal sealed class GrowthReport
{
    private readonly List<(int Stored, int Workers, IReadOnlyList<Measurement> Runs)> _measurements = [];

    public void Add(int stored, int workers, IReadOnlyList<Measurement> runs) =>
        _measurements.Add((stored, workers, runs));

    /// <param name="conditions">Where and how it was measured.</param>
    public string ToMarkdown(string conditions)
    {
        var table = new MarkdownTable(
            "workers", "sagas in the tables", "sagas/s", "of the first",
            "idle p50 ms", "idle p99 ms", "half p50 ms", "half p99 ms",
            "CPU ms: workers", "PostgreSQL", "all", "workers MiB");
        foreach (var group in ByWorkers())
        {
            var first = Speed(group.First().Runs).Median;
            foreach (var (stored, workers, runs) in group)
            {
                table.Add(
                    workers.ToString(CultureInfo.InvariantCulture),
                    Name(stored),
                    Speed(runs).ToTextWithSpread("F0"),
                    $"{(100 * Speed(runs).Median / first).ToString("F0", CultureInfo.InvariantCulture)} %",
                    Median(runs, x => x.Idle.P50, "F1"),
                    Median(runs, x => x.Idle.P99, "F1"),
                    Median(runs, x => x.Half.P50, "F1"),
                    Median(runs, x => x.Half.P99, "F1"),
                    Median(runs, x => x.Full.CpuMilliseconds("worker"), "F2"),
                    Median(runs, x => x.Full.CpuMilliseconds("PostgreSQL"), "F2"),
                    Median(runs, x => x.Full.AllCpuMilliseconds, "F2"),
                    Median(runs, x => x.Full.WorkerMemoryMiB, "F0"));
            }
        }

        return $"{conditions}\n\n{table}";
    }

    public string ToPicture() => new BarChart(
        "Sagas a second at full load, with so many in the tables",
        [
            .. ByWorkers().Select(group => new BarGroup(
                group.Key == 1 ? "1 worker" : $"{group.Key} workers",
                [.. group.Select(x => new Bar(Name(x.Stored), Speed(x.Runs)))])),
        ]).ToSvg();

    private IEnumerable<IGrouping<int, (int Stored, int Workers, IReadOnlyList<Measurement> Runs)>>
        ByWorkers() => _measurements.GroupBy(x => x.Workers);

    private static Spread Speed(IReadOnlyList<Measurement> runs) => Spread.Of(runs.Select(x => x.Full.ASecond));

    private static string Median(
        IReadOnlyList<Measurement> runs, Func<Measurement, double> value, string format) =>
        Spread.Of(runs.Select(value)).ToText(format);

    private static string Name(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
