using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

/// <summary>Lets the views tell of several steps in hand.</summary>
[DbContext(typeof(SagaStoreDbContext))]
[Migration("20260203000000_ParallelGroups")]
internal sealed class ParallelGroupsMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(MigrationScript.Read("ParallelGroups", ActiveProvider));
    }
}
