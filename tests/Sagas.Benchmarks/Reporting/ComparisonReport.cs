using Sagas.Benchmarks.Measuring;
using Sagas.Benchmarks.Systems;

namespace Sagas.Benchmarks.Reporting;

/// <summary>All that was measured of the systems, as tables and as a picture.</summary>
internal sealed class ComparisonReport
{
    private static readonly Column ASecond = new("sagas/s", x => x.Full.ASecond, "F0");

    private static readonly Column[] Speed =
    [
        ASecond,
        new("idle p50 ms", x => x.Idle.P50, "F1"),
        new("idle p99 ms", x => x.Idle.P99, "F1"),
        new("half p50 ms", x => x.Half.P50, "F1"),
        new("half p99 ms", x => x.Half.P99, "F1"),
    ];

    private static readonly Column[] Cost =
    [
        new("CPU ms", x => x.Full.AllCpuMilliseconds, "F2"),
        new("worker", x => x.Full.CpuMilliseconds("worker"), "F2"),
        new("participants", x => x.Full.CpuMilliseconds("participants"), "F2"),
        new("PostgreSQL", x => x.Full.CpuMilliseconds("PostgreSQL"), "F2"),
        new("RabbitMQ", x => x.Full.CpuMilliseconds("RabbitMQ"), "F2"),
        new("client", x => x.Full.CpuMilliseconds("client"), "F2"),
        new("commits", x => x.Full.Used.Counters.Commits / x.Full.Sagas, "F1"),
        new("statements", x => x.Full.Used.Counters.Statements / x.Full.Sagas, "F1"),
        new("WAL kB", x => x.Full.Used.Counters.WalBytes / x.Full.Sagas / 1_000, "F1"),
        new("messages", x => x.Messages, "F1"),
        new("half: CPU ms", x => x.HalfCpuMilliseconds, "F2"),
        new("half: commits", x => x.UsedAtHalf.Counters.Commits / x.Half.Count, "F1"),
        new("worker MiB", x => x.Full.WorkerMemoryMiB, "F0"),
    ];

    private readonly SortedDictionary<(int Scenario, SystemKind Kind), List<Measurement>> _measurements = [];

    private IEnumerable<IGrouping<Scenario, (SystemKind Kind, List<Measurement> Runs)>> Scenarios =>
        _measurements.GroupBy(x => Scenario.All[x.Key.Scenario], x => (x.Key.Kind, x.Value));

    /// <summary>Adds a run; the n-th one of every system was measured in the same round.</summary>
    public void Add(SystemKind kind, Scenario scenario, Measurement measurement)
    {
        var key = (Scenario.All.Index().First(x => x.Item == scenario).Index, kind);
        if (!_measurements.TryGetValue(key, out var runs))
        {
            _measurements[key] = runs = [];
        }

        runs.Add(measurement);
    }

    /// <param name="conditions">Where and how it was measured.</param>
    public string ToMarkdown(string conditions) =>
        $"""
        {conditions}

        {ToTable(Speed, (spread, column) => spread.ToTextWithSpread(column.Format))}
        The speed of `{SystemKind.Sagas}` as a share of the others', each round by itself:

        {ToRatios()}
        What a saga takes, at full load and at half of it:

        {ToTable(Cost, (spread, column) => spread.ToText(column.Format))}
        """;

    public string ToPicture() => new BarChart(
        "Sagas a second at full load",
        [
            .. Scenarios.Select(scenario => new BarGroup(
                scenario.Key.ToString(), [.. scenario.Select(x => new Bar(x.Kind.ToString(), Of(ASecond, x.Runs)))])),
        ]).ToSvg();

    private static Spread Of(Column column, List<Measurement> runs) => Spread.Of(runs.Select(column.Value));

    private MarkdownTable ToTable(Column[] columns, Func<Spread, Column, string> format)
    {
        var table = new MarkdownTable(["saga", "system", .. columns.Select(x => x.Title)]);
        foreach (var scenario in Scenarios)
        {
            foreach (var (kind, runs) in scenario)
            {
                table.Add([scenario.Key.ToString(), $"`{kind}`", .. columns.Select(x => format(Of(x, runs), x))]);
            }
        }

        return table;
    }

    private MarkdownTable ToRatios()
    {
        SystemKind[] others =
        [
            .. _measurements.Keys.Select(x => x.Kind).Distinct().Order().Where(x => x != SystemKind.Sagas),
        ];
        var table = new MarkdownTable(["saga", .. others.Select(x => $"of `{x}`")]);
        foreach (var scenario in Scenarios)
        {
            var runs = scenario.ToDictionary(x => x.Kind, x => x.Runs);
            if (runs.TryGetValue(SystemKind.Sagas, out var own))
            {
                table.Add([scenario.Key.ToString(), .. others.Select(x => ToRatio(own, runs[x]))]);
            }
        }

        return table;
    }

    private static string ToRatio(List<Measurement> own, List<Measurement> other) =>
        Spread.Of(own.Zip(other, (x, y) => 100 * x.Full.ASecond / y.Full.ASecond)).ToTextWithSpread("F0") + " %";
}
