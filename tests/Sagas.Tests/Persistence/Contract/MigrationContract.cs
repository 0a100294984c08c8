using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Persistence;
using Sagas.Persistence.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>What the migrations must do, whatever the database.</summary>
public abstract class MigrationContract
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<ITestDatabase> CreateDatabaseAsync();

    [Proves("worker-several-migrate")]
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
            .Select(words => $"{words[1]} {(words.Contains("not") ? "not null" : "null")}");
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

    [Proves("worker-older-than-tables")]
    [Fact]
    public async Task Migrate_EachChange_OnlyAddsToWhatOlderWorkersUse()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = new StoreHost(database);
        var migrations = await host.QueryAsync(context => Task.FromResult(context.Database.GetMigrations().ToList()));
        IReadOnlyList<string> before = [];

        // The rule is younger than those before.
        foreach (var migration in migrations.SkipWhile(id => !id.EndsWith("_Compression", StringComparison.Ordinal)))
        {
            await host.QueryAsync(async context =>
            {
                await context.Database.MigrateAsync(migration, Ct);
                return true;
            });
            var after = await DescribeAsync(host);

            ForbiddenChanges(ColumnsOf(before), ColumnsOf(after)).ShouldBeEmpty(migration);

            before = after;
        }
    }

    [Fact]
    public async Task Migrations_EachOne_SaysWhichWorkersMayStillRun()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var stated = await host.QueryAsync(context => context.SchemaChanges.ToListAsync(Ct));

        var migrations = await host.QueryAsync(context => Task.FromResult(context.Database.GetMigrations().ToList()));
        var first = migrations.FindIndex(id => id.EndsWith("_SchemaChanges", StringComparison.Ordinal));
        stated.Select(row => row.Migration).Order(StringComparer.Ordinal).ShouldBe(migrations[first..]);
        foreach (var row in stated)
        {
            migrations.IndexOf(row.OldestWorker).ShouldBeInRange(0, migrations.IndexOf(row.Migration) - 1);
        }
    }

    [Proves("worker-older-than-tables")]
    [Fact]
    public async Task Migrate_NewerTablesThatAllowThisWorker_GoesOn()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        await host.AddNewerMigrationAsync("20990101000000_Later", oldestWorker: "20260603000000_SchemaChanges");

        (await host.Schema.MigrateAsync(Ct)).ShouldBeEmpty();

        var tables = await host.Schema.CompareAsync(Ct);
        tables.Newer.ShouldBe(["20990101000000_Later"]);
        tables.Refusal.ShouldBeNull();
    }

    [Proves("worker-older-than-tables")]
    [Fact]
    public async Task Migrate_NewerTablesThatForbidThisWorker_RefusesAndSaysWhatIsNeeded()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        await host.AddNewerMigrationAsync("20990101000000_Later", oldestWorker: "20260603000000_SchemaChanges");
        await host.AddNewerMigrationAsync("20990201000000_Latest", oldestWorker: "20990101000000_Later");

        var refusal = await Should.ThrowAsync<SchemaTooNewException>(() => host.Schema.MigrateAsync(Ct));

        refusal.Message.ShouldContain("since 20990201000000_Latest they need a worker that knows 20990101000000_Later");
    }

    [Fact]
    public async Task Migrate_NewerTablesThatSayNothing_Refuses()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        await host.AddNewerMigrationAsync("20990101000000_Later", oldestWorker: null);

        await Should.ThrowAsync<SchemaTooNewException>(() => host.Schema.MigrateAsync(Ct));
    }

    protected abstract void Approve(string schema);

    /// <summary>
    /// Every column as <c>table name.column type null</c>, with <c>default</c> after it if it has one, or <c>view
    /// ...</c>, and every index as <c>index name: definition</c>.
    /// </summary>
    protected abstract Task<IReadOnlyList<string>> DescribeAsync(StoreHost host);

    /// <summary>The changes that a worker from before them would stumble over.</summary>
    private static IEnumerable<string> ForbiddenChanges(
        Dictionary<string, string> before, Dictionary<string, string> after)
    {
        var tables = before.Keys.Select(TableOf).ToHashSet();
        foreach (var (column, type) in before)
        {
            if (!after.TryGetValue(column, out var now))
            {
                yield return $"{column} is gone";
            }
            else if (now != type && now != type.Replace("not null", "null", StringComparison.Ordinal))
            {
                yield return $"{column} was {type} and is {now}";
            }
        }

        foreach (var (column, _) in after.Where(x =>
            !before.ContainsKey(x.Key) && tables.Contains(TableOf(x.Key)) && x.Value.EndsWith("not null", StringComparison.Ordinal)))
        {
            yield return $"{column} must be given, and has no default";
        }
    }

    private static Dictionary<string, string> ColumnsOf(IEnumerable<string> schema) => schema
        .Where(line => line.StartsWith("table ", StringComparison.Ordinal)
            || line.StartsWith("view ", StringComparison.Ordinal))
        .Select(line => line.Split(' ', 3))
        .ToDictionary(words => $"{words[0]} {words[1]}", words => words[2]);

    private static string TableOf(string column) => column.Split('.')[0];
}
