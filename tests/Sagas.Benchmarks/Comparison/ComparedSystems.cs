using Sagas.Benchmarks.Measuring;
using Sagas.Benchmarks.Systems;

namespace Sagas.Benchmarks.Comparison;

/// <summary>Systems that are up at the same time, each on servers of its own; all but one of them idle.</summary>
internal sealed class ComparedSystems : IAsyncDisposable
{
    private readonly List<(SystemKind Kind, ISystemUnderTest System)> _all = [];

    public IReadOnlyList<(SystemKind Kind, ISystemUnderTest System)> All => _all;

    /// <summary>What they run on, with versions.</summary>
    public IEnumerable<string> Servers => _all.Select(x => x.System.Servers).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Starts them and warms them up, one after the other.</summary>
    /// <param name="kinds">Which.</param>
    /// <param name="baseline">The build that the baseline is of, if it is one of them.</param>
    /// <param name="measurer">Warms them up.</param>
    /// <param name="stop">Stops it.</param>
    public static async Task<ComparedSystems> StartAsync(
        IEnumerable<SystemKind> kinds, string? baseline, Measurer measurer, CancellationToken stop)
    {
        var systems = new ComparedSystems();
        try
        {
            foreach (var kind in kinds)
            {
                await Console.Error.WriteLineAsync($"{kind}: warming up");
                ISystemUnderTest system = kind switch
                {
                    SystemKind.Embedded => await EmbeddedSystem.StartAsync(stop),
                    SystemKind.Baseline => await SystemUnderTest.StartAsync(kind, stop, folder: baseline),
                    _ => await SystemUnderTest.StartAsync(kind, stop),
                };
                systems._all.Add((kind, system));
                await measurer.WarmUpAsync(system, stop);
            }

            return systems;
        }
        catch
        {
            await systems.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, system) in _all)
        {
            await system.DisposeAsync();
        }
    }
}
