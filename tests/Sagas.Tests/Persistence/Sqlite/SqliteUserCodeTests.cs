using Sagas.Tests.Persistence.Contract.UserCode;

namespace Sagas.Tests.Persistence.Sqlite;

public sealed class SqliteStateMachineTests : StateMachineContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return SqliteUserServers.CreateAsync();
    }
}

public sealed class SqliteRequestTests : RequestContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return SqliteUserServers.CreateAsync();
    }
}

public sealed class SqliteClassSagaTests : ClassSagaContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return SqliteUserServers.CreateAsync();
    }
}

public sealed class SqliteSagaConcurrencyTests : SagaConcurrencyContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return SqliteUserServers.CreateAsync();
    }
}

public sealed class SqliteConsumerTests : ConsumerContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return SqliteUserServers.CreateAsync();
    }
}

public sealed class SqliteBatchTests : BatchContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return SqliteUserServers.CreateAsync();
    }
}

public sealed class SqliteScopedFilterTests : ScopedFilterContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return SqliteUserServers.CreateAsync();
    }
}

public sealed class SqliteWebRequestTests : WebRequestContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return SqliteUserServers.CreateAsync();
    }
}

public sealed class SqliteKitchenTests : KitchenContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return SqliteUserServers.CreateAsync();
    }
}

public sealed class SqliteCreatedContextTests : CreatedContextContract
{
    protected override Task<IUserServers> CreateServersAsync()
    {
        return SqliteUserServers.CreateAsync();
    }
}
