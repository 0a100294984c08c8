using Docker.DotNet.Models;
using DotNet.Testcontainers.Containers;

namespace Sagas.IntegrationTests.Containers;

/// <summary>What the engine knows of a container.</summary>
public static class ContainerFacts
{
    /// <summary>What the engine says of it now; Testcontainers' own properties are of its start.</summary>
    public static Task<ContainerInspectResponse> InspectAsync(this IContainer container, CancellationToken ct = default) =>
        DockerEngine.Client.Containers.InspectContainerAsync(container.Id, ct);

    /// <summary>
    /// Its address on the one network that it is on, which the engine's own machine reaches on Linux: past the engine's
    /// proxy for published ports.
    /// </summary>
    public static async Task<string> FindAddressAsync(this IContainer container, CancellationToken ct = default) =>
        (await container.InspectAsync(ct)).NetworkSettings!.Networks!.Values.Single().IPAddress;

    /// <summary>Whether its main process runs.</summary>
    public static async Task<bool> IsRunningAsync(this IContainer container, CancellationToken ct = default) =>
        (await container.InspectStateAsync(ct)).Running;

    /// <summary>What its main process does.</summary>
    public static async Task<State> InspectStateAsync(this IContainer container, CancellationToken ct = default) =>
        (await container.InspectAsync(ct)).State
        ?? throw new InvalidOperationException($"The engine says nothing of the state of {container.Name}.");

    /// <summary>How often the engine has started it again.</summary>
    public static async Task<long> CountRestartsAsync(this IContainer container, CancellationToken ct = default) =>
        (await container.InspectAsync(ct)).RestartCount;
}
