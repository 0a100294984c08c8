using Microsoft.EntityFrameworkCore;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.Tests.Persistence.Sqlite;

public sealed class SqliteMigrationTests : MigrationContract
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("database-sqlite-lock-left")]
    [Fact]
    public async Task Migrate_LockRowOfAKilledProcess_IsRemoved()
    {
        await using var database = new SqliteTestDatabase();
        await using var killed = new StoreHost(database);
        await killed.QueryAsync(context => context.Database.ExecuteSqlRawAsync(
            """
            CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00');
            """,
            Ct));

        await using var host = await StoreHost.CreateAsync(database).WaitAsync(TimeSpan.FromSeconds(20), Ct);

        (await host.QueryAsync(context => context.Sagas.CountAsync(Ct))).ShouldBe(0);
        (await host.ReadAsync("PRAGMA journal_mode")).ShouldBe(["wal"]);
        (await host.ReadAsync("PRAGMA synchronous")).ShouldBe(["2"]);
    }

    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return SqliteTestDatabase.CreateAsync();
    }

    protected override void Approve(string schema)
    {
        Approval.Matches(schema, "sqlite");
    }

    protected override async Task<IReadOnlyList<string>> DescribeAsync(StoreHost host)
    {
        var columns = await host.ReadAsync(
            """
            SELECT item.type || ' ' || item.name || '.' || column.name || ' ' || lower(column.type)
                || CASE WHEN column."notnull" THEN ' not null' ELSE ' null' END
                || CASE WHEN column.dflt_value IS NULL THEN '' ELSE ' default' END
            FROM sqlite_master AS item, pragma_table_info(item.name) AS column
            WHERE item.type IN ('table', 'view') AND item.name NOT LIKE 'sqlite%'
                AND item.name NOT LIKE '\_\_EF%' ESCAPE '\'
            ORDER BY item.type, item.name, column.cid
            """);
        var indexes = await host.ReadAsync(
            """
            SELECT 'index ' || name || ': ' || sql FROM sqlite_master
            WHERE type = 'index' AND sql IS NOT NULL ORDER BY name
            """);
        return [.. columns, .. indexes];
    }
}
