using Sagas.IntegrationTests.Persistence;
using Sagas.Tests.Operations.Queries.Contract;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Operations;

public sealed class PostgresSagaQueriesTests(PostgresServer server) : SagaQueriesContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => server.CreateDatabaseAsync();
}
