using System.Globalization;
using System.Text;
using Sagas.Benchmarks.Measuring;
using Sagas.Benchmarks.Systems;

namespace Sagas.Benchmarks.Reporting;

/// <summary>All that was measured, and its medians as a table.</summary>
internal sealed class Results
{
    private static readonly (string Title, Func<Measurement, double> Value, string Format)[] Columns =
    [
        ("sagas/s", x => x.Full.ASecond, "F0"),
        ("idle p50 ms", x => x.Idle.P50, "F1"),
        ("idle p99 ms", x => x.Idle.P99, "F1"),
        ("half p50 ms", x => x.Half.P50, "F1"),
        ("half p99 ms", x => x.Half.P99, "F1"),
        ("CPU ms: worker", x => x.Full.CpuMilliseconds("worker"), "F2"),
        ("participants", x => x.Full.CpuMilliseconds("participants"), "F2"),
        ("PostgreSQL", x => x.Full.CpuMilliseconds("PostgreSQL"), "F2"),
        ("RabbitMQ", x => x.Full.CpuMilliseconds("RabbitMQ"), "F2"),
        ("client", x => x.Full.CpuMilliseconds("client"), "F2"),
        ("commits", x => x.Full.Used.Counters.Commits / x.Full.Sagas, "F1"),
        ("statements", x => x.Full.Used.Counters.Statements / x.Full.Sagas, "F1"),
        ("WAL kB", x => x.Full.Used.Counters.WalBytes / x.Full.Sagas / 1_000, "F1"),
        ("messages", x => x.Messages, "F1"),
        ("worker MiB", x => x.Full.WorkerMemoryMiB, "F0"),
    ];

    private readonly Dictionary<(Scenario Scenario, SystemKind Kind), List<Measurement>> _measurements = [];

    public void Add(SystemKind kind, Scenario scenario, Measurement measurement)
    {
        if (!_measurements.TryGetValue((scenario, kind), out var list))
        {
            _measurements[(scenario, kind)] = list = [];
        }

        list.Add(measurement);
    }

    /// <summary>A row for each scenario and system; all but the rates and times are for one saga at full load.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine($"| saga | system | {string.Join(" | ", Columns.Select(x => x.Title))} | spread of sagas/s |");
        text.AppendLine($"| --- | --- |{string.Concat(Columns.Select(_ => " --- |"))} --- |");
        foreach (var ((scenario, kind), list) in _measurements.OrderBy(x => x.Key.Scenario.ToString(), StringComparer.Ordinal).ThenBy(x => x.Key.Kind))
        {
            var cells = Columns.Select(x => Median(list.Select(x.Value)).ToString(x.Format, CultureInfo.InvariantCulture));
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {scenario} | {kind} | {string.Join(" | ", cells)} | {list.Min(x => x.Full.ASecond):F0} to {list.Max(x => x.Full.ASecond):F0} |"));
        }

        return text.ToString();
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
