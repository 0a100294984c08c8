using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

/// <summary>Lets the views tell what a step waits for that could not be begun.</summary>
[DbContext(typeof(SagaStoreDbContext))]
[Migration("20260202000000_WaitingSteps")]
internal sealed class WaitingStepsMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(MigrationScript.Read("WaitingSteps", ActiveProvider));
    }
}
