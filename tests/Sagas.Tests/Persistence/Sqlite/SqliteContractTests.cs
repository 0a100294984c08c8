using Sagas.Tests.Persistence.Contract;

namespace Sagas.Tests.Persistence.Sqlite;

public sealed class SqliteSagaRepositoryTests : SagaRepositoryContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return SqliteTestDatabase.CreateAsync();
    }
}

public sealed class SqliteOutboxTests : OutboxContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return SqliteTestDatabase.CreateAsync();
    }
}

public sealed class SqliteOutboxOrderTests : OutboxOrderContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return SqliteTestDatabase.CreateAsync();
    }
}

public sealed class SqliteStoreTests : StoreContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return SqliteTestDatabase.CreateAsync();
    }
}

public sealed class SqliteStatisticsTests : StatisticsContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return SqliteTestDatabase.CreateAsync();
    }
}

public sealed class SqliteUndecidedTests : UndecidedContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return SqliteTestDatabase.CreateAsync();
    }
}

public sealed class SqliteConventionTests : ConventionContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return SqliteTestDatabase.CreateAsync();
    }
}

public sealed class SqliteTenantTests : TenantContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return SqliteTestDatabase.CreateAsync();
    }
}
