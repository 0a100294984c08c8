using DotNet.Testcontainers.Containers;

namespace DotNet.Testcontainers.Builders;

/// <summary>Builds a container of any image.</summary>
public sealed class ContainerBuilder : ContainerBuilder<ContainerBuilder, IContainer>
{
    /// <summary>A builder to which nothing was said yet.</summary>
    public ContainerBuilder()
        : this(new ContainerConfiguration())
    {
    }

    private ContainerBuilder(ContainerConfiguration configuration)
        : base(configuration)
    {
    }

    /// <inheritdoc />
    public override IContainer Build() => new DockerContainer(Configuration);

    /// <inheritdoc />
    protected override ContainerBuilder With(ContainerConfiguration next) => new(next);
}
