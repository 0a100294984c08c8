using System.CommandLine;
using Sagas.Benchmarks.Comparison;
using Sagas.Benchmarks.Growth;
using Sagas.Benchmarks.Outage;
using Sagas.Benchmarks.Soak;
using Sagas.IntegrationTests.Containers;

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

        command.SetAction(async (parse, stop) =>
        {
            try
            {
                await RunAsync(parse, new BenchmarkSettings(parse), stop);
                return 0;
            }
            catch (DockerEngineException e)
            {
                await Console.Error.WriteLineAsync($"error: {e.Message}");
                return 2;
            }
        });
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
            : ComparisonBenchmark.RunAsync(settings, stop);
    }
}
