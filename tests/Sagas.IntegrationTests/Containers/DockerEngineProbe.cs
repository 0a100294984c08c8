using System.Net.Sockets;
using System.Text.Json;

namespace Sagas.IntegrationTests.Containers;

/// <summary>Finds out why Testcontainers has found no Docker engine, by asking the engine without any API version.</summary>
internal static class DockerEngineProbe
{
    private const string DefaultEndpoint = "unix:///var/run/docker.sock";

    // Docker 20.10: everything that the tests ask for is in it.
    private static readonly Version OldestApi = new(1, 41);

    /// <summary>One sentence that says what is wrong with the engine, and what to do.</summary>
    public static async Task<DockerEngineException> ExplainAsync(CancellationToken ct)
    {
        var endpoint = Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? host : DefaultEndpoint;
        try
        {
            JsonElement version = await AskAsync(new Uri(endpoint), ct);
            string api = version.GetProperty("ApiVersion").GetString()!;
            return new DockerEngineException(Version.Parse(api) < OldestApi
                ? $"The Docker engine at {endpoint} is too old, its API is {api}: install Docker 20.10 (API {OldestApi}) or newer."
                : $"The Docker engine at {endpoint} has the API {api} and does not take requests of another: set "
                    + $"DOCKER_API_VERSION={api}, or run ./test, which does.");
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            return e.GetBaseException() is SocketException { SocketErrorCode: SocketError.AccessDenied }
                ? new DockerEngineException(
                    $"This user has no right to the Docker engine at {endpoint}: add it to the group docker and log in again.", e)
                : new DockerEngineException(
                    $"No Docker engine answers at {endpoint} ({Reason(e, endpoint)}): start it, or run ./test as root, "
                    + "which installs and starts one where there is none.",
                    e);
        }
    }

    // .NET's own message for a socket that is not there speaks of an address.
    private static string Reason(Exception e, string endpoint) =>
        endpoint.StartsWith("unix://", StringComparison.Ordinal) && !File.Exists(new Uri(endpoint).AbsolutePath)
            ? "there is no such file"
            : e.GetBaseException().Message;

    private static async Task<JsonElement> AskAsync(Uri endpoint, CancellationToken ct)
    {
        using var handler = new SocketsHttpHandler();
        if (endpoint.Scheme == "unix")
        {
            handler.ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(endpoint.AbsolutePath), token);
                return new NetworkStream(socket, ownsSocket: true);
            };
        }

        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(10) };
        var address = endpoint.Scheme == "unix" ? "http://docker/version" : $"http://{endpoint.Authority}/version";
        return JsonElement.Parse(await client.GetStringAsync(address, ct));
    }
}
