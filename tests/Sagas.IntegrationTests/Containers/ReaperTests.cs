using System.Net.Sockets;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;

namespace Sagas.IntegrationTests.Containers;

/// <summary>The reaper that removes what a killed test run leaves behind: Testcontainers' own image, or the one built here.</summary>
public sealed class ReaperTests
{
    private const int Port = 8080;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Disconnect_LastClient_RemovesWhatMatchesItsFilterAndNothingElse()
    {
        var run = Guid.NewGuid().ToString("n");
        await using IContainer reaper = Servers.Container(
                Environment.GetEnvironmentVariable("TESTCONTAINERS_RYUK_CONTAINER_IMAGE") ?? "testcontainers/ryuk:0.14.0")
            .WithBindMount(TestcontainersSettings.OS.DockerEndpointAuthConfig.Endpoint.AbsolutePath, "/var/run/docker.sock")
            .WithPortBinding(Port, assignRandomHostPort: true)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("Started"))
            .Build();
        await reaper.StartAsync(Ct);
        var left = await CreateAsync(run, "killed");
        var kept = await CreateAsync(run, "alive");
        try
        {
            using (var killed = new TcpClient { LingerState = new LingerOption(enable: true, seconds: 0) })
            {
                await killed.ConnectAsync(reaper.Hostname, reaper.GetMappedPublicPort(Port), Ct);
                await killed.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"label={Label(run)}=killed\n"), Ct);
                using var reader = new StreamReader(killed.GetStream());
                (await reader.ReadLineAsync(Ct)).ShouldBe("ACK");
            }

            await Poll.UntilAsync(
                "the reaper to remove what was left",
                async ct => await ExistAsync(left, ct) == (false, false, false),
                timeout: TimeSpan.FromSeconds(30),
                ct: Ct);
            (await ExistAsync(kept, Ct)).ShouldBe((true, true, true));
        }
        finally
        {
            await RemoveAsync(kept);
        }
    }

    private static string Label(string run) => $"org.sagas.test-{run}";

    private static async Task<Resources> CreateAsync(string run, string owner)
    {
        var labels = new Dictionary<string, string> { [Label(run)] = owner };
        var name = $"sagas-reaper-{owner}-{run}";
        var client = DockerEngine.Client;
        var volume = await client.Volumes.CreateAsync(new VolumesCreateParameters { Name = name, Labels = labels }, Ct);
        var network = await client.Networks.CreateNetworkAsync(new NetworksCreateParameters { Name = name, Labels = labels }, Ct);
        var container = await client.Containers.CreateContainerAsync(
            new CreateContainerParameters
            {
                Image = Servers.PostgreSqlImage,
                Name = name,
                Labels = labels,
                Entrypoint = ["sleep", "infinity"],
                HostConfig = new HostConfig { NetworkMode = name, Binds = [$"{volume.Name}:/left"] },
            },
            Ct);
        await client.Containers.StartContainerAsync(container.ID, new ContainerStartParameters(), Ct);
        return new Resources(container.ID, network.ID, volume.Name);
    }

    private static async Task<(bool Container, bool Network, bool Volume)> ExistAsync(Resources resources, CancellationToken ct)
    {
        var client = DockerEngine.Client;
        return (
            await AnswersAsync(() => client.Containers.InspectContainerAsync(resources.Container, ct)),
            await AnswersAsync(() => client.Networks.InspectNetworkAsync(resources.Network, ct)),
            await AnswersAsync(() => client.Volumes.InspectAsync(resources.Volume, ct)));
    }

    private static async Task<bool> AnswersAsync(Func<Task> inspect)
    {
        try
        {
            await inspect();
            return true;
        }
        catch (DockerApiException e) when (e.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private static async Task RemoveAsync(Resources resources)
    {
        var client = DockerEngine.Client;
        await client.Containers.RemoveContainerAsync(resources.Container, new ContainerRemoveParameters { Force = true });
        await client.Networks.DeleteNetworkAsync(resources.Network);
        await client.Volumes.RemoveAsync(resources.Volume);
    }

    private sealed record Resources(string Container, string Network, string Volume);
}
