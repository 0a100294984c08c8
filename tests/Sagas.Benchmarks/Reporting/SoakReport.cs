using System.Globalization;
using Sagas.Benchmarks.Soak;

namespace Sagas.Benchmarks.Reporting;

/// <summary>What became of the worker in a long run, as a table and a picture.</summary>
internal sealed class SoakReport
{
    private readonly List<SoakPeriod> _periods = [];

    public void Add(SoakPeriod period) => _periods.Add(period);

    /// <param name="conditions">Where and how it was measured.</param>
    public string ToMarkdown(string conditions)
    {
        var table = new MarkdownTable(
            "after minutes", "sagas/s", "p50 ms", "p99 ms", "CPU ms", "worker MiB",
            "sagas in the tables", "tables MiB", "indexes MiB", "dead rows");
        foreach (var period in _periods)
        {
            table.Add(
                Text(period.End.TotalMinutes, "0.#"),
                Text(period.Full.ASecond, "F0"),
                Text(period.Latencies.P50, "F0"),
                Text(period.Latencies.P99, "F0"),
                Text(period.Full.AllCpuMilliseconds, "F2"),
                Text(period.Full.WorkerMemoryMiB, "F0"),
                Text(period.Tables.Sagas, "N0"),
                Text(period.Tables.TablesMiB, "F0"),
                Text(period.Tables.IndexesMiB, "F0"),
                $"{Text(100 * period.Tables.DeadShare, "F0")} %");
        }

        return $"{conditions}\n\n{table}";
    }

    public string ToPicture() => new BarChart(
        "Full load for a long time, by the minutes after which it was measured",
        [
            Group("sagas a second", x => x.Full.ASecond),
            Group("ms that 99 of 100 sagas take at most", x => x.Latencies.P99),
            Group("MiB of tables and indexes", x => x.Tables.TablesMiB + x.Tables.IndexesMiB),
            Group("MiB of the worker's memory", x => x.Full.WorkerMemoryMiB),
        ])
    {
        ScalesEachGroup = true,
    }.ToSvg();

    private BarGroup Group(string name, Func<SoakPeriod, double> value) => new(
        name,
        [.. _periods.Select(x => new Bar(Text(x.End.TotalMinutes, "0.#"), Spread.Of([value(x)])))]);

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
