using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Configurations;

namespace Sagas.IntegrationTests.Containers;

/// <summary>The Docker engine that Testcontainers has found, for what Testcontainers itself has no call.</summary>
public static class DockerEngine
{
    private static readonly Lazy<IDockerClient> LazyClient = new(
        () => TestcontainersSettings.OS.DockerEndpointAuthConfig.GetDockerClientBuilder(Guid.Empty).Build());

    /// <summary>A client of the engine. It lives as long as the process.</summary>
    public static IDockerClient Client => LazyClient.Value;

    /// <summary>Makes sure that the engine can run these containers. Everything else would fail later, with less to go by.</summary>
    /// <exception cref="DockerEngineException">
    /// No engine answers, this user may not ask it, it is too old, or it has no image of a server and cannot pull it. The
    /// message is one sentence that says what to do.
    /// </exception>
    public static async Task CheckAsync(CancellationToken ct = default)
    {
        // Testcontainers takes none that does not answer, and does not say why.
        if (TestcontainersSettings.OS.DockerEndpointAuthConfig is null)
        {
            throw await DockerEngineProbe.ExplainAsync(ct);
        }

        await Task.WhenAll(CheckImageAsync(Servers.PostgreSqlImage, ct), CheckImageAsync(Servers.RabbitMqImage, ct));
    }

    /// <summary>The host's address, as containers on a network see it.</summary>
    public static async Task<string> FindGatewayAsync(string network, CancellationToken ct) =>
        (await Client.Networks.InspectNetworkAsync(network, ct)).IPAM.Config[0].Gateway;

    private static async Task CheckImageAsync(string image, CancellationToken ct)
    {
        try
        {
            await Client.Images.InspectImageAsync(image, ct);
            return;
        }
        catch (DockerImageNotFoundException)
        {
            // Then it is pulled, as Testcontainers would.
        }

        try
        {
            await Client.Images.CreateImageAsync(
                new ImagesCreateParameters { FromImage = image }, new AuthConfig(), new Progress<JSONMessage>(), ct);
            await Client.Images.InspectImageAsync(image, ct);
        }
        catch (DockerApiException e)
        {
            throw new DockerEngineException(
                $"The image {image} is not here and cannot be pulled ({Reason(e)}): run ./test, which builds the images where "
                + "no registry answers, or set POSTGRES_IMAGE and RABBITMQ_IMAGE to images that are here.",
                e);
        }
    }

    private static string Reason(DockerApiException e)
    {
        try
        {
            return JsonElement.Parse(e.ResponseBody!).GetProperty("message").GetString()!.TrimEnd('.');
        }
        catch (Exception other) when (other is JsonException or ArgumentNullException or KeyNotFoundException)
        {
            return $"HTTP status {(int)e.StatusCode}";
        }
    }
}
