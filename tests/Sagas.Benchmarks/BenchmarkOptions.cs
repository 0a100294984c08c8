using System.CommandLine;
using Sagas.Benchmarks.Systems;

namespace Sagas.Benchmarks;

/// <summary>What can be set on the command line.</summary>
internal static class BenchmarkOptions
{
    // What there is to measure without another build.
    private static readonly SystemKind[] Measurable =
        [.. Enum.GetValues<SystemKind>().Where(x => x != SystemKind.Baseline)];

    public static readonly Option<int> Runs = new("--runs")
    {
        Description = "How often each is measured; the tables have the medians and the spread.",
        DefaultValueFactory = _ => 3,
    };

    public static readonly Option<int> Seconds = new("--seconds")
    {
        Description = "How long each load lasts: full load, idle and half load a scenario.",
        DefaultValueFactory = _ => 10,
    };

    public static readonly Option<int> WarmUp = new("--warm-up")
    {
        Description = "How many seconds of full load a system has before that: until its code is compiled for speed.",
        DefaultValueFactory = _ => 60,
    };

    public static readonly Option<int> InFlight = new("--in-flight")
    {
        Description = "How many sagas at the same time a full load is.",
        DefaultValueFactory = _ => 200,
    };

    public static readonly Option<SystemKind[]> Systems = new Option<SystemKind[]>("--system")
    {
        Description = "What to measure; several are up at the same time and measured in turn.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => Measurable,
    }.AcceptOnlyFromAmong([.. Measurable.Select(x => x.ToString())]);

    public static readonly Option<DirectoryInfo> Baseline = new Option<DirectoryInfo>("--baseline")
    {
        Description =
            "A folder with another build of this benchmark, whose worker and participants are measured in turn "
            + "with the others.",
    }.AcceptExistingOnly();

    public static readonly Option<string[]> Scenarios = new Option<string[]>("--scenario")
    {
        Description = "Which sagas: their steps, and whether the last one fails.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. Scenario.All.Select(x => x.Key)],
    }.AcceptOnlyFromAmong([.. Scenario.All.Select(x => x.Key)]);

    public static readonly Option<bool> Growth = new("--growth")
    {
        Description = "Measures the worker alone, with more and more sagas in its tables, and with several workers.",
    };

    public static readonly Option<int[]> Stored = new("--stored")
    {
        Description = "How many sagas are in the tables, for --growth.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [10_000, 100_000, 1_000_000],
    };

    public static readonly Option<int[]> Workers = new("--workers")
    {
        Description = "How many workers run, for --growth.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [1, 2, 4],
    };

    public static readonly Option<int?> Soak = AtLeastOne(new Option<int?>("--soak")
    {
        Description = "Measures the worker alone, at full load for so many minutes.",
    });

    public static readonly Option<int> Keep = AtLeastOne(new Option<int>("--keep")
    {
        Description = "How many minutes the worker keeps ended sagas, for --soak.",
        DefaultValueFactory = _ => 5,
    });

    public static readonly Option<int?> Outage = AtLeastOne(new Option<int?>("--outage")
    {
        Description =
            "Measures the worker alone: its start, so many sagas in flight, and all of them due at once.",
    });

    public static readonly Option<DirectoryInfo?> Report = new("--report")
    {
        Description =
            "A folder: performance.md there gets the tables between its markers, and a picture stands beside it.",
    };

    public static IEnumerable<Option> All =>
        [Runs, Seconds, WarmUp, InFlight, Systems, Baseline, Scenarios, Growth, Stored, Workers, Soak, Keep, Outage, Report];

    private static Option<T> AtLeastOne<T>(Option<T> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && number < 1)
            {
                result.AddError($"{option.Name} is '{token.Value}'; it must be at least 1.");
            }
        });
        return option;
    }
}
