using DotNet.Testcontainers.Networks;

namespace DotNet.Testcontainers.Builders;

/// <summary>Builds a network.</summary>
public sealed record NetworkBuilder
{
    private string Name { get; init; } = $"sagas-{Guid.NewGuid():n}"[..18];

    /// <summary>Names the network; a random name by default.</summary>
    public NetworkBuilder WithName(string name) => this with { Name = name };

    /// <summary>The network, not created yet.</summary>
    public INetwork Build() => new DockerNetwork(Name);
}
