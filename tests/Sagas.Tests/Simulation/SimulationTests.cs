using System.Globalization;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using Sagas.Tests.Demo;

namespace Sagas.Tests.Simulation;

/// <summary>
/// The promise: whatever is lost, late, repeated or reordered, and whoever dies, every saga ends right. How to run
/// longer, and how to replay a failure, is in docs/simulator.md.
/// </summary>
[Collection(nameof(RunsAlone))]
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Sagas = 100_000;

    // Fewer cannot be expected to go everywhere.
    private const int EnoughForAll = 20_000;

    /// <summary>By default 100,000 sagas; the environment may say otherwise.</summary>
    [Trait("Pace", "Slow")]
    [Proves("worker-dies")]
    [Proves("message-lost")]
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
        if (sagas >= EnoughForAll)
        {
            result.Coverage.Lacking(sagas / 5000).ShouldBeEmpty("The simulation did not go everywhere.");
        }
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

    /// <summary>
    /// An engine that forgets what is still to be undone: found out and brought down to a small saga.
    /// </summary>
    [Fact]
    public void Shrink_BrokenEngine_FindsASmallWorldThatReplays()
    {
        var simulator = new Simulator(new ForgetfulEngine());
        var failure = simulator.Run(1, 10_000, TimeSpan.Zero).Failure.ShouldNotBeNull();

        var smallest = new Shrinker(simulator).Shrink(failure);

        smallest.Invariant.ShouldBe(failure.Invariant);
        smallest.Plan.Only.ShouldBeGreaterThanOrEqualTo(0);
        smallest.Faults.ShouldBeLessThanOrEqualTo(failure.Faults);
        var replayed = simulator.Try(SimulationPlan.Parse(smallest.Plan.ToString()), new Coverage());
        replayed.ShouldBe(smallest);
        SimulationReport.Of(failure, smallest).ShouldContain($"eng/simulate --replay '{smallest.Plan}'");
    }

    private static string? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private sealed class ForgetfulEngine : IEngine
    {
        public SagaTransition Handle(
            SagaDefinition definition,
            SagaInstance saga,
            SagaInput input,
            DateTimeOffset now,
            Func<double> random,
            EngineLimits limits)
        {
            var forgotten = saga.Steps.Select(step => step with { CompensationOwed = false });
            return SagaEngine.Handle(definition, saga with { Steps = [.. forgotten] }, input, now, random, limits);
        }
    }
}
