using Sagas.Benchmarks.Measuring;
using Sagas.Benchmarks.Reporting;
using Sagas.Benchmarks.Systems;

namespace Sagas.Benchmarks.Growth;

/// <summary>
/// Measures the worker with more and more sagas in its tables, and with several workers.
/// </summary>
internal static class GrowthBenchmark
{
    private const string Name = "growth";

    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken stop)
    {
        await settings.CheckReportAsync(Name, stop);
        var report = new GrowthReport();
        await using var system = await SystemUnderTest.StartAsync(SystemKind.Sagas, stop);
        var tables = new StoredSagas(system.Database("sagas"), system.Database("participants"));
        foreach (var stored in settings.Stored)
        {
            await tables.GrowToAsync(stored, stop);
            await Console.Error.WriteLineAsync($"{stored} sagas are in the tables");
            foreach (var workers in settings.Workers)
            {
                await system.SetWorkersAsync(workers, stop);
                await settings.Measurer.WarmUpAsync(system, stop);
                var runs = new List<Measurement>();
                for (var run = 1; run <= settings.Runs; run++)
                {
                    runs.Add(await settings.Measurer.MeasureAsync(system, Scenario.All[0], stop));
                    await Console.Error.WriteLineAsync(
                        $"run {run} of {settings.Runs}, {stored} stored, workers: {workers}: "
                        + $"{runs[^1].Full.ASecond:F0} a second");
                }

                report.Add(stored, workers, runs);
            }
        }

        await settings.ReportAsync(
            Name, report.ToMarkdown(settings.Describe([system.Servers])), report.ToPicture(), stop);
    }
}
