using System.CommandLine;
using Sagas.Benchmarks.Growth;
using Sagas.Benchmarks.Outage;
using Sagas.Benchmarks.Reporting;
using Sagas.Benchmarks.Soak;
using Sagas.Benchmarks.Systems;

namespace Sagas.Benchmarks;

/// <summary>Measures, and writes what it measured as tables and pictures.</summary>
internal static class BenchmarkCommand
{
    public static RootCommand Create(params IEnumerable<Command> processes)
    {
        var command = new RootCommand("Measures the worker against its twins, each on servers of its own.");
        foreach (var option in BenchmarkOptions.All)
        {
            command.Options.Add(option);
        }

        foreach (var process in processes)
        {
            command.Subcommands.Add(process);
        }

        command.SetAction((parse, stop) => RunAsync(parse, new BenchmarkSettings(parse), stop));
        return command;
    }

    private static Task RunAsync(ParseResult parse, BenchmarkSettings settings, CancellationToken stop)
    {
        if (parse.GetValue(BenchmarkOptions.Soak) is { } minutes)
        {
            return SoakBenchmark.RunAsync(settings, TimeSpan.FromMinutes(minutes), stop);
        }

        if (parse.GetValue(BenchmarkOptions.Outage) is { } count)
        {
            return OutageBenchmark.RunAsync(settings, count, stop);
        }

        return parse.GetValue(BenchmarkOptions.Growth)
            ? GrowthBenchmark.RunAsync(settings, stop)
            : CompareAsync(settings, stop);
    }

    /// <remarks>A round measures every system, so that what changes on the machine meanwhile hits all alike.</remarks>
    private static async Task CompareAsync(BenchmarkSettings settings, CancellationToken stop)
    {
        const string Name = "comparison";
        await settings.CheckReportAsync(Name, stop);
        var report = new ComparisonReport();
        var servers = new SortedSet<string>(StringComparer.Ordinal);
        for (var run = 1; run <= settings.Runs; run++)
        {
            foreach (var kind in settings.Systems)
            {
                await using var system = await StartAsync(kind, stop);
                servers.Add(system.Servers);
                await settings.Measurer.WarmUpAsync(system, stop);
                foreach (var scenario in settings.Scenarios)
                {
                    var measurement = await settings.Measurer.MeasureAsync(system, scenario, stop);
                    report.Add(kind, scenario, measurement);
                    await Console.Error.WriteLineAsync(
                        $"run {run} of {settings.Runs}, {kind}, {scenario}: {measurement.Full.ASecond:F0} a second");
                }
            }
        }

        await settings.ReportAsync(Name, report.ToMarkdown(settings.Describe(servers)), report.ToPicture(), stop);
    }

    private static async Task<ISystemUnderTest> StartAsync(SystemKind kind, CancellationToken stop) =>
        kind == SystemKind.Embedded
            ? await EmbeddedSystem.StartAsync(stop)
            : await SystemUnderTest.StartAsync(kind, stop);
}
