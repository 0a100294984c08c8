using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Operations;

/// <summary>An embedded worker that serves HTTP on a free port.</summary>
internal sealed class ApiWorker : IAsyncDisposable
{
    private ApiWorker(EmbeddedWorker worker)
    {
        Worker = worker;
        var address = worker.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new HttpClient { BaseAddress = new Uri(address) };
    }

    public EmbeddedWorker Worker { get; }

    public HttpClient Client { get; }

    public static async Task<ApiWorker> StartAsync(string definition, CancellationToken ct) => new(
        await EmbeddedWorker.StartAsync(definition, ct, settings: new Dictionary<string, string?>
        {
            ["Sagas:Api:Enabled"] = "true",
            ["Sagas:Api:Listen"] = "http://127.0.0.1:0",
        }));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Worker.DisposeAsync();
    }
}
