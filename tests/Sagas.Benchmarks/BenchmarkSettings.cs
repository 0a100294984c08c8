using System.CommandLine;
using System.Globalization;
using Sagas.Benchmarks.Measuring;
using Sagas.Benchmarks.Reporting;
using Sagas.Benchmarks.Systems;

namespace Sagas.Benchmarks;

/// <summary>What the command line says, and where the report goes.</summary>
internal sealed class BenchmarkSettings(ParseResult options)
{
    private readonly ReportFolder? _folder =
        options.GetValue(BenchmarkOptions.Report) is { } folder ? new ReportFolder(folder.FullName) : null;

    public int Runs { get; } = options.GetValue(BenchmarkOptions.Runs);

    public IReadOnlyList<SystemKind> Systems { get; } =
        options.GetValue(BenchmarkOptions.Baseline) is null
            ? options.GetRequiredValue(BenchmarkOptions.Systems)
            : [.. options.GetRequiredValue(BenchmarkOptions.Systems), SystemKind.Baseline];

    public string? Baseline { get; } = options.GetValue(BenchmarkOptions.Baseline)?.FullName;

    public IReadOnlyList<Scenario> Scenarios { get; } =
        [.. Scenario.All.Where(x => options.GetRequiredValue(BenchmarkOptions.Scenarios).Contains(x.Key))];

    public IReadOnlyList<int> Stored { get; } = [.. options.GetRequiredValue(BenchmarkOptions.Stored).Order()];

    public IReadOnlyList<int> Workers { get; } = [.. options.GetRequiredValue(BenchmarkOptions.Workers).Order()];

    public Measurer Measurer => new(TimeSpan.FromSeconds(options.GetValue(BenchmarkOptions.WarmUp)), Phase, InFlight);

    public TimeSpan Keep { get; } = TimeSpan.FromMinutes(options.GetValue(BenchmarkOptions.Keep));

    public int InFlight { get; } = options.GetValue(BenchmarkOptions.InFlight);

    private TimeSpan Phase { get; } = TimeSpan.FromSeconds(options.GetValue(BenchmarkOptions.Seconds));

    /// <summary>Under what conditions medians of runs came about.</summary>
    public string Describe(IEnumerable<string> servers) => Describe(
        string.Create(
            CultureInfo.InvariantCulture,
            $"Medians of {Runs} runs, the least and the most in brackets; each load lasts {Phase.TotalSeconds:F0} s"),
        servers);

    /// <summary>Under what conditions figures came about.</summary>
    /// <param name="how">How they were taken.</param>
    /// <param name="servers">On which servers.</param>
    public string Describe(string how, IEnumerable<string> servers)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{how}; {InFlight} sagas in flight at full load; "
            + $"{Environment.ProcessorCount} cores and {memory:F0} GiB for everything, .NET {Environment.Version}, "
            + $"{string.Join(", ", servers)}; {TimeProvider.System.GetUtcNow():yyyy-MM-dd}.");
    }

    /// <summary>Fails before anything is measured, not after, if there is no place for the report.</summary>
    public Task CheckReportAsync(string name, CancellationToken stop) =>
        _folder?.CheckAsync(name, stop) ?? Task.CompletedTask;

    /// <summary>Writes what was measured to the standard output, and into the document if there is to be one.</summary>
    public async Task ReportAsync(string name, string tables, string picture, CancellationToken stop)
    {
        Console.WriteLine(tables);
        if (_folder is not null)
        {
            await _folder.WriteAsync(name, tables, picture, stop);
        }
    }
}
