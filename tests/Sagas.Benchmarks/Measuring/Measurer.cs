using Sagas.Benchmarks.Load;
using Sagas.Benchmarks.Systems;

namespace Sagas.Benchmarks.Measuring;

/// <summary>Measures systems.</summary>
/// <param name="warmUp">How long a system is warmed up.</param>
/// <param name="phase">How long each load lasts.</param>
/// <param name="inFlight">How many sagas at the same time a full load is.</param>
internal sealed class Measurer(TimeSpan warmUp, TimeSpan phase, int inFlight)
{
    /// <summary>Full load until what is slow at first (compilation, caches, connections) is over.</summary>
    public async Task WarmUpAsync(ISystemUnderTest system, CancellationToken stop)
    {
        var load = FullLoad.Start(() => system.RunAsync(Scenario.All[0], stop), inFlight);
        await Task.Delay(warmUp, stop);
        await load.StopAsync();
    }

    public async Task<Measurement> MeasureAsync(ISystemUnderTest system, Scenario scenario, CancellationToken stop)
    {
        Task<TimeSpan> RunAsync() => system.RunAsync(scenario, stop);
        var messages = await system.MessagesAsync(stop);
        var load = FullLoad.Start(RunAsync, inFlight);
        var full = await MeasureAsync(system, load, stop);
        await load.StopAsync();
        messages = await system.MessagesAsync(stop) - messages;
        var idle = await Loads.IdleAsync(RunAsync, phase);
        var usedBefore = await system.UsageAsync(stop);
        var half = await Loads.OpenAsync(RunAsync, full.ASecond / 2, phase);
        var used = await system.UsageAsync(stop) - usedBefore;
        return new Measurement(full, messages / load.Ended, idle, half, used);
    }

    /// <remarks>
    /// All sagas start together and tend to end together. So it counts whole rounds, in each of which as many sagas end
    /// as are in flight, from the end of the first one to the end of the one that is under way when the time is over. To
    /// stop between two ends would count the time after the first of them, and not what was done in it.
    /// </remarks>
    private async Task<FullLoadMeasurement> MeasureAsync(ISystemUnderTest system, FullLoad load, CancellationToken stop)
    {
        await load.UntilAsync(inFlight, stop);
        var (before, usedBefore) = (load.Now, await system.UsageAsync(stop));
        await Task.Delay(phase, stop);
        var rounds = ((load.Ended - before.Ended) / inFlight) + 1;
        await load.UntilAsync(before.Ended + (rounds * inFlight), stop);
        var (after, usedAfter) = (load.Now, await system.UsageAsync(stop));
        return new FullLoadMeasurement(
            after.Ended - before.Ended, after.Time - before.Time, usedAfter - usedBefore, system.WorkerMemoryMiB);
    }
}
