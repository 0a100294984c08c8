using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Persistence;

public sealed class PostgresSagaRepositoryTests(PostgresServer server) : SagaRepositoryContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return server.CreateDatabaseAsync();
    }
}

public sealed class PostgresSharedSagaRepositoryTests(PostgresServer server) : SagaRepositoryContract
{
    protected override bool SharesTransactions => true;

    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return server.CreateDatabaseAsync();
    }
}

public sealed class PostgresOutboxTests(PostgresServer server) : OutboxContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return server.CreateDatabaseAsync();
    }
}

public sealed class PostgresOutboxOrderTests(PostgresServer server) : OutboxOrderContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return server.CreateDatabaseAsync();
    }
}

public sealed class PostgresStoreTests(PostgresServer server) : StoreContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return server.CreateDatabaseAsync();
    }
}

public sealed class PostgresStatisticsTests(PostgresServer server) : StatisticsContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return server.CreateDatabaseAsync();
    }
}

public sealed class PostgresUndecidedTests(PostgresServer server) : UndecidedContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return server.CreateDatabaseAsync();
    }
}

public sealed class PostgresConventionTests(PostgresServer server) : ConventionContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return server.CreateDatabaseAsync();
    }
}

public sealed class PostgresTenantTests(PostgresServer server) : TenantContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return server.CreateDatabaseAsync();
    }
}
