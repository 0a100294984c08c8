using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

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
