using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

/// <summary>Lets messages of the outbox say which others they must not overtake.</summary>
[DbContext(typeof(SagaStoreDbContext))]
[Migration("20260204000000_OrderedMessages")]
internal sealed class OrderedMessagesMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(MigrationScript.Read("OrderedMessages", ActiveProvider));
    }
}
