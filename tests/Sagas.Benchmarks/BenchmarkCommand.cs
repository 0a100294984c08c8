using System.CommandLine;
using Sagas.Benchmarks.Load;
using Sagas.Benchmarks.Reporting;
using Sagas.Benchmarks.Systems;

namespace Sagas.Benchmarks;

/// <summary>Measures every scenario on every system, in turn, and writes the medians as a table.</summary>
internal static class BenchmarkCommand
{
    private static readonly Option<int> Runs = new("--runs")
    {
        Description = "How often each is measured; the table has the medians and the spread.",
        DefaultValueFactory = _ => 3,
    };

    private static readonly Option<int> Sagas = new("--sagas")
    {
        Description = "How many sagas at full load a run has.",
        DefaultValueFactory = _ => 2_000,
    };

    private static readonly Option<int> InFlight = new("--in-flight")
    {
        Description = "How many of them at the same time.",
        DefaultValueFactory = _ => 200,
    };

    private static readonly Option<SystemKind[]> Systems = new("--system")
    {
        Description = "What to measure; several are measured in turn.",
        DefaultValueFactory = _ => Enum.GetValues<SystemKind>(),
    };

    public static Command Create(params Command[] processes)
    {
        var command = new RootCommand("Measures the worker against its twins, each on PostgreSQL and RabbitMQ of its own.")
        {
            Runs,
            Sagas,
            InFlight,
            Systems,
        };
        foreach (var process in processes)
        {
            command.Subcommands.Add(process);
        }

        command.SetAction((parse, stop) =>
            RunAsync(
                parse.GetValue(Runs), parse.GetValue(Sagas), parse.GetValue(InFlight), parse.GetRequiredValue(Systems), stop));
        return command;
    }

    private static async Task RunAsync(
        int runs, int sagas, int inFlight, IReadOnlyList<SystemKind> systems, CancellationToken stop)
    {
        var results = new Results();
        for (var run = 1; run <= runs; run++)
        {
            foreach (var kind in systems)
            {
                await using var system = await SystemUnderTest.StartAsync(kind, stop);
                foreach (var scenario in Scenario.All)
                {
                    var measurement = await MeasureAsync(system, scenario, sagas, inFlight, stop);
                    results.Add(kind, scenario, measurement);
                    await Console.Error.WriteLineAsync($"run {run} of {runs}, {kind}, {scenario}: {measurement.ASecond:F0} a second");
                }
            }
        }

        Console.WriteLine(results.ToMarkdown());
    }

    private static async Task<Measurement> MeasureAsync(
        SystemUnderTest system, Scenario scenario, int sagas, int inFlight, CancellationToken stop)
    {
        Task<TimeSpan> Run() => system.Client.RunAsync(scenario.Saga, scenario.FailingStep, stop);
        await Loads.FullAsync(Run, sagas / 2, inFlight);
        var idle = await Loads.IdleAsync(Run, 200);
        var before = await system.UsageAsync(stop);
        var aSecond = await Loads.FullAsync(Run, sagas, inFlight);
        var used = await system.UsageAsync(stop) - before;
        var half = await Loads.OpenAsync(Run, aSecond / 2, TimeSpan.FromSeconds(10));
        return new Measurement(aSecond, sagas, used, idle, half, system.WorkerMemoryMiB);
    }
}
