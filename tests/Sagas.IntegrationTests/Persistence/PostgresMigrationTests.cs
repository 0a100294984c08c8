using Sagas.Tests;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Persistence;

public sealed class PostgresMigrationTests(PostgresServer server) : MigrationContract
{
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
