using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Configurations;

namespace Sagas.IntegrationTests.Containers;

/// <summary>The Docker engine that Testcontainers has found, for what Testcontainers itself has no call.</summary>
public static class DockerEngine
{
    // The two networks, the kill and the health check that the tests use are all in it; so is Debian 12's docker.io.
    private static readonly System.Version OldestApi = new(1, 41);

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
        await CheckVersionAsync(ct);
        await Task.WhenAll(CheckImageAsync(Servers.PostgreSqlImage, ct), CheckImageAsync(Servers.RabbitMqImage, ct));
    }

    private static async Task CheckVersionAsync(CancellationToken ct)
    {
        if (TestcontainersSettings.OS.DockerEndpointAuthConfig is not { } endpoint)
        {
            throw new DockerEngineException("No Docker engine is configured: run ./test, which starts one where there is none.");
        }

        VersionResponse version;
        try
        {
            version = await Client.System.GetVersionAsync(ct);
        }
        catch (DockerApiException e)
        {
            throw new DockerEngineException(
                $"The Docker engine at {endpoint.Endpoint} does not take this client's requests ({Reason(e)}): set "
                + $"DOCKER_API_VERSION to the server's API version of 'docker version', {OldestApi} at least, or run "
                + "./test, which does.",
                e);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            throw new DockerEngineException(
                $"No Docker engine answers at {endpoint.Endpoint} ({e.GetBaseException().Message.TrimEnd('.')}): start it, "
                + "give this user the right to its socket (group docker), or run ./test as root, which installs and starts one.",
                e);
        }

        if (System.Version.TryParse(version.APIVersion, out System.Version? api) && api < OldestApi)
        {
            throw new DockerEngineException(
                $"The Docker engine at {endpoint.Endpoint} is too old: version {version.Version} has the API {api}, and these "
                + $"tests need {OldestApi}, which is Docker 20.10 or newer.");
        }
    }

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

    // The engine answers {"message":"…"}.
    private static string Reason(DockerApiException e) =>
        e.ResponseBody?.Split("\"message\":\"") is [_, var message, ..] ? message.Split('"')[0].TrimEnd('.') : e.StatusCode.ToString();
}
