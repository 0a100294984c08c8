using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

/// <summary>Creates every table and view.</summary>
[DbContext(typeof(SagaStoreDbContext))]
[Migration("20260101000000_Initial")]
internal sealed class InitialMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(MigrationScript.Read("Initial", ActiveProvider));
    }
}
