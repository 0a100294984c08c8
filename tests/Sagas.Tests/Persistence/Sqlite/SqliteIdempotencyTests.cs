using Sagas.Tests.Orchestration;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.Tests.Persistence.Sqlite;

public sealed class SqliteIdempotencyTests : IdempotencyContract
{
    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return SqliteTestDatabase.CreateAsync();
    }
}
