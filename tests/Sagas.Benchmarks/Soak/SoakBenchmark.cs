using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using Sagas.Benchmarks.Load;
using Sagas.Benchmarks.Measuring;
using Sagas.Benchmarks.Reporting;
using Sagas.Benchmarks.Systems;

namespace Sagas.Benchmarks.Soak;

/// <summary>
/// Has the worker at full load for a long time, in which it deletes ended sagas soon: whether its tables, its memory
/// and its latencies stay as they are.
/// </summary>
internal static class SoakBenchmark
{
    private const string Name = "soak";
    private const int Periods = 12;

    /// <param name="settings">What the command line says.</param>
    /// <param name="time">How long.</param>
    /// <param name="stop">Stops it.</param>
    public static async Task RunAsync(BenchmarkSettings settings, TimeSpan time, CancellationToken stop)
    {
        await settings.CheckReportAsync(Name, stop);
        var keep = settings.Keep.ToString("c", CultureInfo.InvariantCulture);
        await using var system = await SystemUnderTest.StartAsync(
            SystemKind.Sagas, stop, new Dictionary<string, string> { ["Sagas__Retention__FinishedSagas"] = keep });
        await using var database = NpgsqlDataSource.Create(system.Database("sagas"));
        await settings.Measurer.WarmUpAsync(system, stop);
        var times = new ConcurrentQueue<TimeSpan>();
        var load = FullLoad.Start(
            async () => times.Enqueue(await system.RunAsync(Scenario.All[0], stop)), settings.InFlight);
        var report = new SoakReport();
        var (before, usedBefore) = (load.Now, await system.UsageAsync(stop));
        for (var period = 1; period <= Periods; period++)
        {
            await load.UntilAsync(period * time / Periods, stop);
            var (now, used) = (load.Now, await system.UsageAsync(stop));
            var full = new FullLoadMeasurement(
                now.Ended - before.Ended, now.Time - before.Time, used - usedBefore, system.WorkerMemoryMiB);
            var latencies = new Latencies(Interlocked.Exchange(ref times, new ConcurrentQueue<TimeSpan>()));
            var tables = await TableSizes.ReadAsync(database, stop);
            report.Add(new SoakPeriod(now.Time, full, latencies, tables));
            await Console.Error.WriteLineAsync(
                $"{now.Time.TotalMinutes:0.#} minutes: {full.ASecond:F0} a second, {latencies.P99:F0} ms at most for "
                + $"99 of 100, {tables.Sagas:F0} sagas in {tables.TablesMiB + tables.IndexesMiB:F0} MiB");
            (before, usedBefore) = (now, used);
        }

        await load.StopAsync();
        var conditions = settings.Describe(
            $"Ended sagas are kept for {settings.Keep.TotalMinutes:F0} minutes", [system.Servers]);
        await settings.ReportAsync(Name, report.ToMarkdown(conditions), report.ToPicture(), stop);
    }
}
