using MassTransit;
using Sagas.Tests.Persistence.Contract;
using Sagas.Tests.Persistence.Contract.UserCode;

namespace Sagas.IntegrationTests.Persistence;

/// <summary>A PostgreSQL database of its own, and queues and exchanges of its own on the one broker.</summary>
public sealed class PostgresUserServers : IUserServers
{
    private readonly ITestDatabase _database;
    private readonly Uri _broker;

    private PostgresUserServers(ITestDatabase database, Uri broker)
    {
        _database = database;
        _broker = broker;
    }

    public string ConnectionString => _database.ConnectionString;

    public string Prefix { get; } = $"{Guid.NewGuid():n}-";

    public static async Task<IUserServers> CreateAsync(PostgresServer server, Broker broker)
    {
        var address = new Uri((await broker.Server).GetConnectionString());
        return new PostgresUserServers(await server.CreateDatabaseAsync(), address);
    }

    public void AddTransport(
        IBusRegistrationConfigurator bus,
        Action<IBusRegistrationContext, IBusFactoryConfigurator> configure)
    {
        bus.UsingRabbitMq((context, transport) =>
        {
            transport.Host(_broker);
            transport.MessageTopology.SetEntityNameFormatter(
                new PrefixEntityNameFormatter(transport.MessageTopology.EntityNameFormatter, Prefix));
            configure(context, transport);
            transport.ConfigureEndpoints(context);
        });
    }

    public ValueTask DisposeAsync()
    {
        return _database.DisposeAsync();
    }
}
