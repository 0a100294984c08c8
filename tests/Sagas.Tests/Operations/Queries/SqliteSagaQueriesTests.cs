using Sagas.Tests.Operations.Queries.Contract;
using Sagas.Tests.Persistence.Contract;
using Sagas.Tests.Persistence.Sqlite;

namespace Sagas.Tests.Operations.Queries;

public sealed class SqliteSagaQueriesTests : SagaQueriesContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync() => SqliteTestDatabase.CreateAsync();
}
