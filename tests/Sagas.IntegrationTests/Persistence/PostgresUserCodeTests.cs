using Sagas.Tests.Persistence.Contract.UserCode;

namespace Sagas.IntegrationTests.Persistence;

public sealed class PostgresStateMachineTests(PostgresServer server, Broker broker) : StateMachineContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return PostgresUserServers.CreateAsync(server, broker);
    }
}

public sealed class PostgresRequestTests(PostgresServer server, Broker broker) : RequestContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return PostgresUserServers.CreateAsync(server, broker);
    }
}

public sealed class PostgresClassSagaTests(PostgresServer server, Broker broker) : ClassSagaContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return PostgresUserServers.CreateAsync(server, broker);
    }
}

public sealed class PostgresSagaConcurrencyTests(PostgresServer server, Broker broker) : SagaConcurrencyContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return PostgresUserServers.CreateAsync(server, broker);
    }
}

public sealed class PostgresConsumerTests(PostgresServer server, Broker broker) : ConsumerContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return PostgresUserServers.CreateAsync(server, broker);
    }
}

public sealed class PostgresBatchTests(PostgresServer server, Broker broker) : BatchContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return PostgresUserServers.CreateAsync(server, broker);
    }
}

public sealed class PostgresScopedFilterTests(PostgresServer server, Broker broker) : ScopedFilterContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return PostgresUserServers.CreateAsync(server, broker);
    }
}

public sealed class PostgresWebRequestTests(PostgresServer server, Broker broker) : WebRequestContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return PostgresUserServers.CreateAsync(server, broker);
    }
}

public sealed class PostgresKitchenTests(PostgresServer server, Broker broker) : KitchenContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return PostgresUserServers.CreateAsync(server, broker);
    }
}

public sealed class PostgresCreatedContextTests(PostgresServer server, Broker broker) : CreatedContextContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return PostgresUserServers.CreateAsync(server, broker);
    }
}
