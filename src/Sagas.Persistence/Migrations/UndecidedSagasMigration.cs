using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

/// <summary>
/// Adds the tables of sagas that a worker could not decide about, and of the messages that wait for them.
/// </summary>
[DbContext(typeof(SagaStoreDbContext))]
[Migration("20260601000000_UndecidedSagas")]
internal sealed class UndecidedSagasMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(MigrationScript.Read("UndecidedSagas", ActiveProvider));
    }
}
