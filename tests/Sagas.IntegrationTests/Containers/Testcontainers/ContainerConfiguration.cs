using System.Collections.Immutable;
using DotNet.Testcontainers.Networks;

namespace DotNet.Testcontainers.Builders;

/// <summary>What a builder has collected: the arguments of <c>docker run</c>, as values.</summary>
public sealed record ContainerConfiguration
{
    /// <summary>The image.</summary>
    public string Image { get; init; } = string.Empty;

    /// <summary>The container's name.</summary>
    public string Name { get; init; } = $"sagas-{Guid.NewGuid():n}"[..18];

    /// <summary>What runs instead of the image's entrypoint.</summary>
    public ImmutableArray<string> Entrypoint { get; init; } = [];

    /// <summary>The arguments of the entrypoint.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Environment variables.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Published ports: the container's, and that of this machine, or null for any free one.</summary>
    public ImmutableDictionary<int, int?> Ports { get; init; } = ImmutableDictionary<int, int?>.Empty;

    /// <summary>Bind mounts and volumes, as <c>source:target</c>.</summary>
    public ImmutableArray<string> Mounts { get; init; } = [];

    /// <summary>The networks it is on; without any, the engine's default one, which has no names.</summary>
    public ImmutableArray<INetwork> Networks { get; init; } = [];

    /// <summary>The names it has on its networks.</summary>
    public ImmutableArray<string> NetworkAliases { get; init; } = [];

    /// <summary>Whether the engine starts it again when it ended by itself with an exit code other than 0.</summary>
    public bool IsRestartedOnFailure { get; init; }

    /// <summary>What is waited for after its start.</summary>
    public IWaitForContainerOS WaitStrategy { get; init; } = Wait.ForUnixContainer();
}
