using Sagas.IntegrationTests.Persistence;
using Sagas.Tests.Operations.Api;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Operations;

public sealed class PostgresHttpFuzzTests(PostgresServer server, ITestOutputHelper output) : HttpFuzzContract(output)
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => server.CreateDatabaseAsync();
}
