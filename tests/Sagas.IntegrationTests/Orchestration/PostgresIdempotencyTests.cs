using Sagas.IntegrationTests.Persistence;
using Sagas.Tests.Orchestration;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Orchestration;

public sealed class PostgresIdempotencyTests(PostgresServer server) : IdempotencyContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return server.CreateDatabaseAsync();
    }
}
