using System.Collections.Concurrent;

namespace Sagas.Tests.Orchestration.Faults.Contract;

/// <summary>The stages of a test class, started when they are needed first: a worker and a database each.</summary>
public sealed class StageSet : IAsyncLifetime
{
    /// <summary>
    /// How many are used at once. Most of the time of a telling is the pause before a delivery is repeated.
    /// </summary>
    public const int Count = 16;

    private readonly ConcurrentBag<Stage> _idle = [];

    public async Task<Stage> TakeAsync(Func<Task<Stage>> start)
    {
        if (_idle.TryTake(out var stage))
        {
            return stage;
        }

        stage = await start();
        await stage.UseDefinitionsAsync();
        return stage;
    }

    public void Return(Stage stage)
    {
        _idle.Add(stage);
    }

    public ValueTask InitializeAsync()
    {
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Parallel.ForEachAsync(_idle, async (stage, _) => await stage.DisposeAsync());
    }
}
