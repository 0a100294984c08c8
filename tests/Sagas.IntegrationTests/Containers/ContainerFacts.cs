using DotNet.Testcontainers.Containers;

namespace Sagas.IntegrationTests.Containers;

/// <summary>What the engine knows of a container.</summary>
public static class ContainerFacts
{
    /// <summary>
    /// Its address on the one network that it is on, which the engine's own machine reaches on Linux: past the engine's
    /// proxy for published ports.
    /// </summary>
    public static Task<string> FindAddressAsync(this IContainer container, CancellationToken ct = default) =>
        container.InspectAsync("{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", ct);

    /// <summary>What <c>docker inspect</c> says of it.</summary>
    /// <param name="container">The container.</param>
    /// <param name="format">What to say, as a Go template.</param>
    /// <param name="ct">Stops it.</param>
    public static Task<string> InspectAsync(
        this IContainer container, string format, CancellationToken ct = default) =>
        DockerCli.RunAsync(["inspect", "--format", format, container.Id], ct);
}
