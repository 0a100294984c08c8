using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>What the migrations must do, whatever the database.</summary>
public abstract class MigrationContract
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<ITestDatabase> CreateDatabaseAsync();

    [Fact]
    public async Task Migrate_FiveProcessesAtOnce_CreateTheTablesOnce()
    {
        await using var database = await CreateDatabaseAsync();
        var hosts = Enumerable.Range(0, 5).Select(_ => new StoreHost(database)).ToArray();

        await Task.WhenAll(hosts.Select(host => host.Schema.MigrateAsync(Ct)));

        await hosts[0].AddAsync(TestSaga.Create(null));
        (await hosts[4].QueryAsync(context => context.Sagas.CountAsync(Ct))).ShouldBe(1);
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task Prepare_BesideTheMigration_HindersNothing()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = new StoreHost(database);

        await Task.WhenAll(host.Schema.PrepareAsync(), host.Schema.MigrateAsync(Ct));

        await host.AddAsync(TestSaga.Create(null));
        (await host.QueryAsync(context => context.Sagas.CountAsync(Ct))).ShouldBe(1);
    }

    [Fact]
    public async Task Prepare_HostIsGone_Ends()
    {
        await using var database = await CreateDatabaseAsync();
        var host = new StoreHost(database);
        var schema = host.Schema;
        await host.DisposeAsync();

        await Should.NotThrowAsync(schema.PrepareAsync);
    }

    [Fact]
    public async Task Migrate_EveryMappedColumn_IsThere()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        await using var scope = host.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<SagaStoreDbContext>();
        var mapped = context.Model.GetEntityTypes().SelectMany(type =>
        {
            var table = StoreObjectIdentifier.Table(type.GetTableName()!, type.GetSchema());
            return type.GetProperties().Select(property =>
                $"{table.Name}.{property.GetColumnName(table)} {(property.IsNullable ? "null" : "not null")}");
        });

        var schema = await DescribeAsync(host);

        var columns = schema.Where(line => line.StartsWith("table ", StringComparison.Ordinal))
            .Select(line => line.Split(' '))
            .Select(words => $"{words[1]} {(words[^2] == "not" ? "not null" : "null")}");
        columns.Order(StringComparer.Ordinal).ShouldBe(mapped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Migrate_EmptyDatabase_GivesTheApprovedSchema()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);

        Approve(string.Join('\n', await DescribeAsync(host)));
    }

    [Fact]
    public async Task Migrate_BarrierOfTheFirstVersion_KnowsTheRoundsThatItAnswered()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = new StoreHost(database);
        var table = await host.QueryAsync(async context =>
        {
            await context.Database.MigrateAsync("20260101000000_Initial", Ct);
            return context.Model.FindEntityType(typeof(StepBarrier))!.GetSchemaQualifiedTableName();
        });
        foreach (var (step, reply) in ((string, string)[])
            [("a", """{"idempotencyKey": "4711/a/execute/12", "code": "NO"}"""), ("b", """{"code": "NO"}""")])
        {
            await host.ReadAsync(
                $"""
                INSERT INTO {table} (saga_id, step, direction, reply_type, reply, created_at)
                VALUES ('{Guid.NewGuid()}', '{step}', 'Execute', 'StepFailed', '{reply}', '2026-01-02 03:04:05Z')
                """);
        }

        await host.Schema.MigrateAsync(Ct);

        var rounds = await host.QueryAsync(context =>
            context.Barrier.OrderBy(row => row.Step).Select(row => row.Round).ToListAsync(Ct));
        rounds.ShouldBe([12, 1]);
    }

    protected abstract void Approve(string schema);

    /// <summary>
    /// Every column as <c>table name.column type null</c>, or <c>view ...</c>, and every index as <c>index name:
    /// definition</c>.
    /// </summary>
    protected abstract Task<IReadOnlyList<string>> DescribeAsync(StoreHost host);
}
