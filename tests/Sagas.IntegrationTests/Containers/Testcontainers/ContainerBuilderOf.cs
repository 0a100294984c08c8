using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;

namespace DotNet.Testcontainers.Builders;

/// <summary>
/// Collects what a container shall be, in the shape Testcontainers gives it. A builder never changes: every method
/// returns another one.
/// </summary>
/// <typeparam name="TBuilder">The builder itself.</typeparam>
/// <typeparam name="TContainer">What it builds.</typeparam>
/// <param name="configuration">What was collected so far.</param>
public abstract class ContainerBuilder<TBuilder, TContainer>(ContainerConfiguration configuration)
    where TContainer : IContainer
{
    /// <summary>What was collected so far.</summary>
    protected ContainerConfiguration Configuration => configuration;

    /// <summary>The container, not started yet.</summary>
    public abstract TContainer Build();

    /// <summary>Sets the image. It has to be here, or a registry that has it must answer.</summary>
    public TBuilder WithImage(string image) => With(configuration with { Image = image });

    /// <summary>Sets the name; a random one by default.</summary>
    public TBuilder WithName(string name) => With(configuration with { Name = name });

    /// <summary>Replaces the image's entrypoint.</summary>
    public TBuilder WithEntrypoint(params string[] entrypoint) => With(configuration with { Entrypoint = [.. entrypoint] });

    /// <summary>Adds arguments to the command.</summary>
    public TBuilder WithCommand(params string[] command) =>
        With(configuration with { Command = [.. configuration.Command, .. command] });

    /// <summary>Sets an environment variable.</summary>
    public TBuilder WithEnvironment(string name, string value) =>
        With(configuration with { Environment = configuration.Environment.SetItem(name, value) });

    /// <summary>Sets environment variables.</summary>
    public TBuilder WithEnvironment(IReadOnlyDictionary<string, string> environments) =>
        With(configuration with { Environment = configuration.Environment.SetItems(environments) });

    /// <summary>Publishes a port of the container on a port of 127.0.0.1.</summary>
    public TBuilder WithPortBinding(int hostPort, int containerPort) =>
        With(configuration with { Ports = configuration.Ports.SetItem(containerPort, hostPort) });

    /// <summary>Publishes a port of the container on the same port of 127.0.0.1, or on any free one.</summary>
    public TBuilder WithPortBinding(int port, bool assignRandomHostPort = false) =>
        With(configuration with { Ports = configuration.Ports.SetItem(port, assignRandomHostPort ? null : port) });

    /// <summary>Shows a file or folder of this machine in the container.</summary>
    public TBuilder WithBindMount(string source, string destination) => WithVolumeMount(Path.GetFullPath(source), destination);

    /// <summary>Shows a volume in the container.</summary>
    public TBuilder WithVolumeMount(string source, string destination) => With(
        configuration with { Mounts = configuration.Mounts.Add($"{source}:{destination}") });

    /// <summary>Puts the container on one more network; it is created if need be.</summary>
    public TBuilder WithNetwork(INetwork network) =>
        With(configuration with { Networks = configuration.Networks.Add(network) });

    /// <summary>Adds names under which others on its networks find it.</summary>
    public TBuilder WithNetworkAliases(params string[] networkAliases) =>
        With(configuration with { NetworkAliases = [.. configuration.NetworkAliases, .. networkAliases] });

    /// <summary>
    /// Has the engine start it again when it ends by itself with an exit code other than 0. What kills it through the
    /// engine keeps it down.
    /// </summary>
    public TBuilder WithRestartOnFailure() => With(configuration with { IsRestartedOnFailure = true });

    /// <summary>Sets what is waited for after the start; nothing by default.</summary>
    public TBuilder WithWaitStrategy(IWaitForContainerOS waitStrategy) => With(configuration with { WaitStrategy = waitStrategy });

    /// <summary>The same builder with another configuration.</summary>
    protected abstract TBuilder With(ContainerConfiguration next);
}
