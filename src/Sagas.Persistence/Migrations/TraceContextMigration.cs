using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Sagas.Persistence;

/// <summary>Keeps the trace that a saga belongs to, over every restart.</summary>
[DbContext(typeof(SagaStoreDbContext))]
[Migration("20260301000000_TraceContext")]
internal sealed class TraceContextMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(MigrationScript.Read("TraceContext", ActiveProvider));
    }
}
