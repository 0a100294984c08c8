using Sagas.IntegrationTests.Containers;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Sagas.IntegrationTests.Participants;

/// <summary>PostgreSQL and RabbitMQ for the tests of a class.</summary>
public sealed class ParticipantServers : IAsyncLifetime
{
    public PostgreSqlContainer Database { get; } = Servers.PostgreSql().Build();

    public RabbitMqContainer Broker { get; } = Servers.RabbitMq().Build();

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(Database.StartAsync(), Broker.StartAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await Broker.DisposeAsync();
    }
}
