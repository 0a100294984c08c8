using Sagas.Persistence;
using Sagas.Tests.Orchestration.Faults.Contract;
using Sagas.Tests.Persistence.Sqlite;

namespace Sagas.Tests.Orchestration.Faults;

/// <summary>What a saga goes through when SQLite fails.</summary>
[Trait("Pace", "Slow")]
public sealed class SqliteFaultTests(StageSet stages) : StoreFaultContract(stages), IClassFixture<StageSet>
{
    protected override IReadOnlyList<StoreFault> Kinds => SqliteFault.All;

    protected override async Task<Stage> StartStageAsync()
    {
        var (database, faults) = (await SqliteTestDatabase.CreateAsync(), new StoreFaults());
        var connectionString = SagaDatabase.Detect(database.ConnectionString).ConnectionString;
        return await Stage.StartAsync(
            database,
            faults,
            connectionString,
            options => options.AddInterceptors(new FaultySqliteConnection.Interceptor(connectionString, faults)));
    }
}
