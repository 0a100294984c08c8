using Sagas.IntegrationTests.Containers;

namespace DotNet.Testcontainers.Networks;

/// <summary>A network of the Docker engine, driven through its command line.</summary>
internal sealed class DockerNetwork(string name) : INetwork
{
    private readonly SemaphoreSlim _once = new(1);
    private bool _created;

    public string Name => name;

    public async Task CreateAsync(CancellationToken ct = default)
    {
        await _once.WaitAsync(ct);
        try
        {
            if (!_created)
            {
                await Owner.PrepareAsync(ct);
                await DockerCli.RunAsync(["network", "create", .. Owner.Labels, name], ct);
                _created = true;
            }
        }
        finally
        {
            _once.Release();
        }
    }

    public async Task DeleteAsync(CancellationToken ct = default)
    {
        if (_created)
        {
            await DockerCli.RunAsync(["network", "rm", name], ct);
            _created = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DeleteAsync();
        _once.Dispose();
    }
}
