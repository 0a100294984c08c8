using Sagas.Tests.Operations.Api;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.Tests.Persistence.Sqlite;

public sealed class SqliteHttpFuzzTests(ITestOutputHelper output) : HttpFuzzContract(output)
{
    protected override async Task<ITestDatabase> CreateDatabaseAsync() => await SqliteTestDatabase.CreateAsync();
}
