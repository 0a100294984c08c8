using System.CommandLine;
using Sagas.Benchmarks.Measuring;
using Sagas.Benchmarks.Reporting;
using Sagas.Benchmarks.Systems;

namespace Sagas.Benchmarks;

/// <summary>Measures, and writes what it measured as tables and a picture.</summary>
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

        command.SetAction(CompareAsync);
        return command;
    }

    /// <remarks>A round measures every system, so that what changes on the machine meanwhile hits all alike.</remarks>
    private static async Task CompareAsync(ParseResult options, CancellationToken stop)
    {
        var measurer = CreateMeasurer(options);
        var runs = options.GetValue(BenchmarkOptions.Runs);
        var systems = options.GetRequiredValue(BenchmarkOptions.Systems);
        var scenarios = Scenario.All.Where(x => options.GetRequiredValue(BenchmarkOptions.Scenarios).Contains(x.Key)).ToList();
        var results = new Results();
        for (var run = 1; run <= runs; run++)
        {
            foreach (var kind in systems)
            {
                await using ISystemUnderTest system = await SystemUnderTest.StartAsync(kind, stop);
                await measurer.WarmUpAsync(system, stop);
                foreach (var scenario in scenarios)
                {
                    var measurement = await measurer.MeasureAsync(system, scenario, stop);
                    results.Add(kind, scenario, measurement);
                    await Console.Error.WriteLineAsync(
                        $"run {run} of {runs}, {kind}, {scenario}: {measurement.Full.ASecond:F0} a second");
                }
            }
        }

        Console.WriteLine(results.ToMarkdown());
    }

    private static Measurer CreateMeasurer(ParseResult options) => new(
        TimeSpan.FromSeconds(options.GetValue(BenchmarkOptions.Seconds)), options.GetValue(BenchmarkOptions.InFlight));
}
