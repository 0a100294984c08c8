using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

/// <summary>
/// Has PostgreSQL compress what is long with lz4 from now on, where it was built with that. Its own method takes twice
/// as long, and a saga of many steps has its row compressed with every delivery.
/// </summary>
[DbContext(typeof(SagaStoreDbContext))]
[Migration("20260305000000_Compression")]
internal sealed class CompressionMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        if (migrationBuilder.IsNpgsql())
        {
            migrationBuilder.Sql(MigrationScript.Read("Compression", ActiveProvider));
        }
    }
}
