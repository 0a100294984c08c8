using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

/// <summary>Adds the table of what operators do to messages and circuit breakers.</summary>
[DbContext(typeof(SagaStoreDbContext))]
[Migration("20260304000000_OperatorActions")]
internal sealed class OperatorActionsMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(MigrationScript.Read("OperatorActions", ActiveProvider));
    }
}
