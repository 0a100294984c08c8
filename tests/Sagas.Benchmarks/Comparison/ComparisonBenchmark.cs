using Sagas.Benchmarks.Reporting;

namespace Sagas.Benchmarks.Comparison;

/// <summary>Measures the systems against each other.</summary>
internal static class ComparisonBenchmark
{
    private const string Name = "comparison";

    /// <remarks>
    /// One system after the other has each kind of saga before the next kind's turn comes, so that what is compared was
    /// measured within a minute: virtual machines change their speed by half within a few.
    /// </remarks>
    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken stop)
    {
        await settings.CheckReportAsync(Name, stop);
        var report = new ComparisonReport();
        await using var systems =
            await ComparedSystems.StartAsync(settings.Systems, settings.Baseline, settings.Measurer, stop);
        for (var run = 1; run <= settings.Runs; run++)
        {
            foreach (var scenario in settings.Scenarios)
            {
                foreach (var (kind, system) in systems.All)
                {
                    var measurement = await settings.Measurer.MeasureAsync(system, scenario, stop);
                    report.Add(kind, scenario, measurement);
                    await Console.Error.WriteLineAsync(
                        $"run {run} of {settings.Runs}, {scenario}, {kind}: {measurement.Full.ASecond:F0} a second");
                }
            }
        }

        await settings.ReportAsync(
            Name, report.ToMarkdown(settings.Describe(systems.Servers)), report.ToPicture(), stop);
    }
}
