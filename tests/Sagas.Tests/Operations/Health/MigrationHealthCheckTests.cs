using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sagas.Dashboard.Health;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Migrations;
using Sagas.Tests.Persistence.Sqlite;

namespace Sagas.Tests.Operations.Health;

public sealed class MigrationHealthCheckTests
{
    [Fact]
    public async Task Check_BeforeAndAfterTheMigrations_SaysWhetherTheTablesAreThere()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = await SqliteTestDatabase.CreateAsync();
        await using var services = new ServiceCollection().AddLogging()
            .AddSagaPersistence(database.ConnectionString).BuildServiceProvider();
        var schema = services.GetRequiredService<SagaSchema>();
        var check = new MigrationHealthCheck(schema);

        var before = await check.CheckHealthAsync(new HealthCheckContext(), ct);
        await schema.MigrateAsync(ct);
        var after = await check.CheckHealthAsync(new HealthCheckContext(), ct);

        (before.Status, after.Status).ShouldBe((HealthStatus.Unhealthy, HealthStatus.Healthy));
    }
}
