using System.Globalization;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Sagas.IntegrationTests.Containers;

/// <summary>
/// The faults that tests inflict on a container, for which Testcontainers has no call. A server that is killed and started
/// again should have a fixed port (<see cref="Servers"/> has).
/// </summary>
public static class ContainerFaults
{
    /// <summary>Ends every process of the container with SIGKILL, as a crash does. What it stored stays.</summary>
    public static Task KillAsync(this IContainer container, CancellationToken ct = default) =>
        DockerEngine.Client.Containers.KillContainerAsync(container.Id, new ContainerKillParameters(), ct);

    /// <summary>Asks the main process of the container to end (SIGTERM), and does not wait for it.</summary>
    public static Task TerminateAsync(this IContainer container, CancellationToken ct = default) =>
        DockerEngine.Client.Containers.KillContainerAsync(container.Id, new ContainerKillParameters { Signal = "TERM" }, ct);

    /// <summary>Starts a container that was killed or stopped, and waits for nothing.</summary>
    public static Task LaunchAsync(this IContainer container, CancellationToken ct = default) =>
        DockerEngine.Client.Containers.StartContainerAsync(container.Id, new ContainerStartParameters(), ct);

    /// <summary>Has the engine start the container again whenever it ends by itself, as a deployment does.</summary>
    public static Task RestartOnExitAsync(this IContainer container, CancellationToken ct = default) =>
        DockerEngine.Client.Containers.UpdateContainerAsync(
            container.Id,
            new ContainerUpdateParameters { RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.Always } },
            ct);

    /// <summary>
    /// Waits until its main process ends, even if the engine starts it again at once:
    /// <see cref="IContainer.GetExitCodeAsync"/> may then find the next process running, and say 0.
    /// </summary>
    public static async Task<int> NextExitCodeAsync(this IContainer container, CancellationToken ct = default)
    {
        var exitCode = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var found = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var events = DockerEngine.Client.System.MonitorEventsAsync(
            new ContainerEventsParameters
            {
                Since = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                Filters = new Dictionary<string, IDictionary<string, bool>>
                {
                    ["container"] = new Dictionary<string, bool> { [container.Id] = true },
                    ["event"] = new Dictionary<string, bool> { ["die"] = true },
                },
            },
            new Progress<Message>(die => exitCode.TrySetResult(
                int.Parse(die.Actor.Attributes["exitCode"], CultureInfo.InvariantCulture))),
            found.Token);
        await Task.WhenAny(exitCode.Task, events);
        if (!exitCode.Task.IsCompleted)
        {
            await events;
            throw new InvalidOperationException($"The engine told no more of container {container.Name}.");
        }

        await found.CancelAsync();
        return await exitCode.Task;
    }

    /// <summary>Starts a container that was killed or stopped, and waits until it is healthy if it has a health check.</summary>
    public static async Task StartAgainAsync(this IContainer container, CancellationToken ct = default)
    {
        await container.LaunchAsync(ct);
        await Poll.UntilAsync(
            $"container {container.Name} to be healthy",
            async token => (await container.InspectStateAsync(token)).Health?.Status is null or "healthy" or "none",
            ct: ct);
    }

    /// <summary>Starts a server that was killed or stopped, and waits until it answers a query.</summary>
    public static async Task StartAgainAsync(this PostgreSqlContainer container, CancellationToken ct = default)
    {
        await container.LaunchAsync(ct);
        await Ready.PostgreSqlAsync(container.GetConnectionString(ConnectionMode.Host), ct: ct);
    }

    /// <summary>Starts a broker that was killed or stopped, and waits until it opens a channel.</summary>
    public static async Task StartAgainAsync(this RabbitMqContainer container, CancellationToken ct = default)
    {
        await container.LaunchAsync(ct);
        await Ready.RabbitMqAsync(container.GetConnectionString(), ct: ct);
    }

    /// <summary>
    /// Waits until the broker has the quorum queues in its register on the disk, which it writes up to a second after it
    /// declared them. Killed before that, RabbitMQ 4.0 starts with those queues empty and without a leader, for good
    /// (rabbitmq-server issue 15725): a test of anything else should wait for this before it kills the broker.
    /// </summary>
    public static Task UntilQueuesAreOnDiskAsync(
        this RabbitMqContainer container, IReadOnlyList<string> queues, CancellationToken ct = default) =>
        Poll.UntilAsync(
            $"the queues {string.Join(", ", queues)} to be on the disk",
            async token =>
            {
                string script = "cd /var/lib/rabbitmq/mnesia/*/quorum/* && for q; do grep -aqF \"%2F_$q\" names.dets || exit 1; done";
                return (await container.ExecAsync(["sh", "-c", script, "sh", .. queues], token)).ExitCode == 0;
            },
            ct: ct);

    /// <summary>
    /// Freezes every process of the container: connections stay open and nothing answers. On a busy machine the engine may
    /// give up before the last process is frozen: then it is asked again. <see cref="IContainer.UnpauseAsync"/> thaws it.
    /// </summary>
    public static Task FreezeAsync(this IContainer container, CancellationToken ct = default) => Poll.UntilAsync(
        $"container {container.Name} to be frozen",
        async token =>
        {
            await container.PauseAsync(token);
            return true;
        },
        ct: ct);

    /// <summary>Takes the container off the network: packets to and from it are lost.</summary>
    public static Task DisconnectAsync(this IContainer container, INetwork network, CancellationToken ct = default) =>
        DockerEngine.Client.Networks.DisconnectNetworkAsync(
            network.Name, new NetworkDisconnectParameters { Container = container.Id }, ct);

    /// <summary>Puts the container back on the network, under the given names.</summary>
    public static Task ConnectAsync(
        this IContainer container, INetwork network, IEnumerable<string> aliases, CancellationToken ct = default) =>
        DockerEngine.Client.Networks.ConnectNetworkAsync(
            network.Name,
            new NetworkConnectParameters
            {
                Container = container.Id,
                EndpointConfig = new EndpointSettings { Aliases = [.. aliases] },
            },
            ct);
}
