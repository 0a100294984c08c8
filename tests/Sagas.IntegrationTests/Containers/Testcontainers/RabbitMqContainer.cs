using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Sagas.IntegrationTests.Containers;

namespace Testcontainers.RabbitMq;

/// <summary>A RabbitMQ broker in a container.</summary>
public sealed class RabbitMqContainer : DockerContainer
{
    private readonly string _username;
    private readonly string _password;

    internal RabbitMqContainer(ContainerConfiguration configuration, string username, string password)
        : base(configuration) => (_username, _password) = (username, password);

    /// <summary>The broker's AMQP address. It stays the same for as long as the container exists.</summary>
    public string GetConnectionString() =>
        new UriBuilder("amqp", Hostname, GetMappedPublicPort(RabbitMqBuilder.RabbitMqPort))
        {
            UserName = Uri.EscapeDataString(_username),
            Password = Uri.EscapeDataString(_password),
        }.ToString();

    /// <inheritdoc />
    protected override Task WaitUntilServingAsync(TimeSpan timeout, CancellationToken ct) =>
        Ready.RabbitMqAsync(GetConnectionString(), timeout, ct);
}
