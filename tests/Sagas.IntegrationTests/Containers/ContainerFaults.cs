using System.Globalization;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Sagas.IntegrationTests.Containers;

/// <summary>
/// The faults that tests inflict on a container. They go by the container's id, so they do the same to a container of
/// Testcontainers. A server that is killed and started again should have a fixed port (<see cref="Servers"/> has).
/// </summary>
public static class ContainerFaults
{
    /// <summary>Ends every process of the container with SIGKILL, as a crash does. What it stored stays.</summary>
    public static Task KillAsync(this IContainer container, CancellationToken ct = default) =>
        DockerCli.RunAsync(["kill", container.Id], ct);

    /// <summary>Asks the main process of the container to end (SIGTERM), and does not wait for it.</summary>
    public static Task TerminateAsync(this IContainer container, CancellationToken ct = default) =>
        DockerCli.RunAsync(["kill", "--signal", "TERM", container.Id], ct);

    /// <summary>Starts a container that was killed or stopped, and waits for nothing.</summary>
    public static Task LaunchAsync(this IContainer container, CancellationToken ct = default) =>
        DockerCli.RunAsync(["start", container.Id], ct);

    /// <summary>Has the engine start the container again whenever it ends by itself, as a deployment does.</summary>
    public static Task RestartOnExitAsync(this IContainer container, CancellationToken ct = default) =>
        DockerCli.RunAsync(["update", "--restart", "always", container.Id], ct);

    /// <summary>How often the engine has started it again.</summary>
    public static async Task<int> CountRestartsAsync(this IContainer container, CancellationToken ct = default) =>
        int.Parse(
            await container.InspectAsync("{{.RestartCount}}", ct),
            CultureInfo.InvariantCulture);

    /// <summary>
    /// Waits until its main process ends, even if the engine starts it again at once: <c>docker wait</c> may then find the
    /// next process running, and say 0.
    /// </summary>
    public static async Task<int> NextExitCodeAsync(this IContainer container, CancellationToken ct = default) =>
        int.Parse(
            await DockerCli.FirstLineAsync(
                [
                    "events",
                    "--since", DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                    "--filter", $"container={container.Id}",
                    "--filter", "event=die",
                    "--format", "{{.Actor.Attributes.exitCode}}",
                ],
                ct),
            CultureInfo.InvariantCulture);

    /// <summary>Whether its main process runs.</summary>
    public static async Task<bool> IsRunningAsync(this IContainer container, CancellationToken ct = default) =>
        await container.InspectAsync("{{.State.Running}}", ct) == "true";

    /// <summary>Starts a container that was killed or stopped, and waits until it is healthy if it has a health check.</summary>
    public static async Task StartAgainAsync(this IContainer container, CancellationToken ct = default)
    {
        await container.LaunchAsync(ct);
        await Poll.UntilAsync(
            $"container {container.Name} to be healthy",
            async token => await container.InspectAsync(HealthFormat, token) is "healthy" or "none",
            ct: ct);
    }

    /// <summary>Starts a server that was killed or stopped, and waits until it answers a query.</summary>
    public static async Task StartAgainAsync(this PostgreSqlContainer container, CancellationToken ct = default)
    {
        await container.LaunchAsync(ct);
        await Ready.PostgreSqlAsync(container.GetConnectionString(), ct: ct);
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
    /// give up before the last process is frozen: then it is asked again.
    /// </summary>
    public static Task PauseAsync(this IContainer container, CancellationToken ct = default) => Poll.UntilAsync(
        $"container {container.Name} to be frozen",
        async token => await DockerCli.RunAsync(["pause", container.Id], token) is not null,
        ct: ct);

    /// <summary>Thaws a paused container.</summary>
    public static Task UnpauseAsync(this IContainer container, CancellationToken ct = default) =>
        DockerCli.RunAsync(["unpause", container.Id], ct);

    /// <summary>Takes the container off the network: packets to and from it are lost.</summary>
    public static Task DisconnectAsync(this IContainer container, INetwork network, CancellationToken ct = default) =>
        DockerCli.RunAsync(["network", "disconnect", network.Name, container.Id], ct);

    /// <summary>Puts the container back on the network, under the given names.</summary>
    public static Task ConnectAsync(
        this IContainer container, INetwork network, IEnumerable<string> aliases, CancellationToken ct = default) =>
        DockerCli.RunAsync(
            ["network", "connect", .. aliases.SelectMany(a => new[] { "--alias", a }), network.Name, container.Id], ct);

    private const string HealthFormat = "{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}";
}
