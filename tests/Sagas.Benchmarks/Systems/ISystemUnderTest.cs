using Sagas.Benchmarks.Measuring;

namespace Sagas.Benchmarks.Systems;

/// <summary>A worker and its participants, and what they run on, ready for sagas.</summary>
internal interface ISystemUnderTest : IAsyncDisposable
{
    /// <summary>What it runs on, with versions.</summary>
    string Servers { get; }

    /// <summary>The worker's resident memory, in MiB.</summary>
    double WorkerMemoryMiB { get; }

    /// <summary>Runs one saga.</summary>
    /// <returns>The time from before its start was sent to its end, as the client learns of both.</returns>
    Task<TimeSpan> RunAsync(Scenario scenario, CancellationToken stop);

    Task<Usage> UsageAsync(CancellationToken stop);

    /// <summary>How many messages its broker has taken, not a number if it has none.</summary>
    Task<double> MessagesAsync(CancellationToken stop);
}
