using Sagas.IntegrationTests.Containers;

[assembly: AssemblyFixture(typeof(Sagas.IntegrationTests.EngineFixture))]

namespace Sagas.IntegrationTests;

/// <summary>Asks for the Docker engine once, before the first test: without one, each test fails with the same sentence.</summary>
public sealed class EngineFixture : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await DockerEngine.CheckAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
