using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

/// <summary>Lets the barrier know which round and attempt it has answered.</summary>
[DbContext(typeof(SagaStoreDbContext))]
[Migration("20260201000000_BarrierRounds")]
internal sealed class BarrierRoundsMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(MigrationScript.Read("BarrierRounds", ActiveProvider));
    }
}
