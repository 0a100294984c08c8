using System.Globalization;

namespace Sagas.Tests.Simulation;

/// <summary>
/// The promise: whatever is lost, late, repeated or reordered, and whoever dies, every saga ends right. How to run longer,
/// and how to replay a failure, is in docs/simulator.md.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Sagas = 100_000;

    /// <summary>By default 100,000 sagas; the environment may say otherwise.</summary>
    [Fact]
    public void Sagas_InAWorldWhereEverythingFails_EndRight()
    {
        var sagas = long.Parse(Setting("SAGAS_SIMULATION_SAGAS") ?? $"{Sagas}", CultureInfo.InvariantCulture);
        var seed = ulong.Parse(Setting("SAGAS_SIMULATION_SEED") ?? "1", CultureInfo.InvariantCulture);
        var time = TimeSpan.Parse(Setting("SAGAS_SIMULATION_TIME") ?? "0:00", CultureInfo.InvariantCulture);
        var simulator = new Simulator(new ProductionEngine());

        var result = simulator.Run(seed, sagas, time);

        if (result.Failure is { } failure)
        {
            Assert.Fail(SimulationReport.Of(failure, new Shrinker(simulator).Shrink(failure)));
        }

        output.WriteLine(SimulationReport.Of(result));
        result.Coverage.Lacking(Math.Max(1, sagas / 5000)).ShouldBeEmpty("The simulation did not go everywhere.");
    }

    /// <summary>Replays one world and tells its story: what a failure's message says to run.</summary>
    [Fact]
    public void World_OfTheSamePlan_IsTheSameWorld()
    {
        var plan = SimulationPlan.Parse(Setting("SAGAS_SIMULATION_PLAN") ?? "seed=7");
        var simulator = new Simulator(new ProductionEngine());
        var (first, second) = (new List<string>(), new List<string>());

        var failure = simulator.Try(plan, new Coverage(), first.Add);
        simulator.Try(plan, new Coverage(), second.Add);

        if (Setting("SAGAS_SIMULATION_PLAN") is not null)
        {
            first.ForEach(output.WriteLine);
        }

        second.ShouldBe(first);
        failure?.Message.ShouldBeNull();
    }

    private static string? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
