using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests;

public sealed class SagasHostTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>
    /// As when a start is broken off: what runs in the background notices, and has nothing to complain of.
    /// </summary>
    [Fact]
    public async Task Dispose_WithoutAStop_EndsEverythingInSilence()
    {
        await using var worker = await EmbeddedWorker.StartAsync(
            """{"name":"order","version":1,"steps":[{"name":"pay","queue":"participants"}]}""", Ct);
        await worker.UntilStateAsync(await worker.StartSagaAsync("order", Ct), "Completed", Ct);
        var loops = worker.Services.GetServices<IHostedService>().OfType<BackgroundService>()
            .Select(x => x.ExecuteTask.ShouldNotBeNull()).ToArray();
        worker.Log.Clear();

        await worker.KillAsync();
        await Task.WhenAll(loops).WaitAsync(TimeSpan.FromSeconds(20), Ct);

        await worker.StartAgainAsync(Ct);
        worker.Log.ShouldBeEmpty();
    }
}
