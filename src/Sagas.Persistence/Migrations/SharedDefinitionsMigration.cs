using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

/// <summary>
/// Lets definitions be stored before they are used, for all workers to know them, and be withdrawn.
/// </summary>
[DbContext(typeof(SagaStoreDbContext))]
[Migration("20260602000000_SharedDefinitions")]
internal sealed class SharedDefinitionsMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(MigrationScript.Read("SharedDefinitions", ActiveProvider));
    }
}
