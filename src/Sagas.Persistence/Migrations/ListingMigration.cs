using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

/// <summary>Adds the indexes that lists, counts and the live feed walk, however many sagas there are.</summary>
[DbContext(typeof(SagaStoreDbContext))]
[Migration("20260303000000_Listing")]
internal sealed class ListingMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(MigrationScript.Read("Listing", ActiveProvider));
    }
}
