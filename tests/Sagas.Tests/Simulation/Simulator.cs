using System.Diagnostics;

namespace Sagas.Tests.Simulation;

/// <summary>Runs worlds side by side until enough sagas have ended, or one of them ended wrong.</summary>
internal sealed class Simulator(IEngine engine)
{
    /// <summary>Runs worlds from a seed on.</summary>
    /// <param name="firstSeed">The seed of the first world; the others follow it.</param>
    /// <param name="sagas">How many sagas to run, at least.</param>
    /// <param name="time">How long to go on beyond that.</param>
    public SimulationResult Run(ulong firstSeed, long sagas, TimeSpan time)
    {
        var coverage = new Coverage();
        var clock = Stopwatch.StartNew();
        var gate = new Lock();
        var next = firstSeed;
        SimulationFailure? failure = null;
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            var own = new Coverage();
            while (true)
            {
                ulong seed;
                lock (gate)
                {
                    var started = (long)(next - firstSeed) * SimulationPlan.DefaultSagas;
                    var isEnough = started >= sagas && clock.Elapsed >= time;
                    if (failure is not null || isEnough)
                    {
                        coverage.Add(own);
                        return;
                    }

                    seed = next++;
                }

                if (Try(new SimulationPlan(seed), own) is { } found)
                {
                    lock (gate)
                    {
                        failure = failure is null || found.Plan.Seed < failure.Plan.Seed ? found : failure;
                    }
                }
            }
        });
        return new SimulationResult(coverage, clock.Elapsed, failure);
    }

    /// <summary>Runs one world.</summary>
    /// <returns>What went wrong, or <see langword="null"/>.</returns>
    public SimulationFailure? Try(SimulationPlan plan, Coverage coverage, Action<string>? trace = null)
    {
        World? world = null;
        try
        {
            world = new World(plan, engine, coverage, trace);
            world.Run();
            return null;
        }
        catch (InvariantBrokenException broken)
        {
            return new SimulationFailure(plan, broken.Invariant, broken.Message, world?.Faults.Count ?? 0);
        }
        catch (Exception exception)
        {
            var faults = world?.Faults.Count ?? 0;
            return new SimulationFailure(plan, Invariant.NothingThrows, exception.ToString(), faults);
        }
    }
}
