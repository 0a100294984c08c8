using Sagas.Tests;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Persistence;

public sealed class PostgresMigrationTests(PostgresServer server) : MigrationContract
{
    [Fact]
    public async Task Migrate_ServerHasLz4_CompressesWhatIsLongWithIt()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);

        var compressed = await host.ReadAsync(
            """
            SELECT attrelid::regclass || '.' || attname FROM pg_attribute WHERE attcompression = 'l' ORDER BY 1
            """);

        compressed.ShouldBe(
        [
            "sagas.outbox_message.body", "sagas.saga_history.detail", "sagas.saga_state.failure",
            "sagas.saga_state.input", "sagas.saga_state.results", "sagas.saga_state.steps",
        ]);
    }

    protected override Task<ITestDatabase> CreateDatabaseAsync()
    {
        return server.CreateDatabaseAsync();
    }

    protected override void Approve(string schema)
    {
        Approval.Matches(schema, "postgres");
    }

    protected override async Task<IReadOnlyList<string>> DescribeAsync(StoreHost host)
    {
        var columns = await host.ReadAsync(
            """
            SELECT CASE item.relkind WHEN 'v' THEN 'view ' ELSE 'table ' END
                || item.relname || '.' || attribute.attname || ' '
                || format_type(attribute.atttypid, attribute.atttypmod)
                || CASE WHEN attribute.attnotnull THEN ' not null' ELSE ' null' END
                || CASE WHEN attribute.atthasdef THEN ' default' ELSE '' END
            FROM pg_class AS item
            JOIN pg_attribute AS attribute ON attribute.attrelid = item.oid AND attribute.attnum > 0
            WHERE item.relnamespace = 'sagas'::regnamespace AND item.relkind IN ('r', 'v')
                AND item.relname NOT LIKE '\_\_EF%'
            ORDER BY item.relkind, item.relname COLLATE "C", attribute.attnum
            """);
        var indexes = await host.ReadAsync(
            """
            SELECT 'index ' || indexname || ': ' || indexdef FROM pg_indexes
            WHERE schemaname = 'sagas' AND tablename NOT LIKE '\_\_EF%' ORDER BY indexname COLLATE "C"
            """);
        return [.. columns, .. indexes];
    }
}
