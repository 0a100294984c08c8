using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

/// <summary>
/// A change of the tables that says which workers may still run on them. It only adds (expand): a worker that knows
/// <paramref name="oldestWorker"/> and not this change reads and writes the tables as before. What no such worker uses
/// any more is taken away by a later change (contract).
/// </summary>
/// <param name="script">The name of the files with its SQL.</param>
/// <param name="oldestWorker">
/// The last migration that a worker must know to run on the changed tables. An older one refuses to start.
/// </param>
internal abstract class SagaMigration(string script, string oldestWorker) : Migration
{
    protected sealed override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(MigrationScript.Read(script, ActiveProvider));
        migrationBuilder.InsertData(
            table: SchemaChange.Table,
            columns: ["migration", "oldest_worker"],
            columnTypes: ["text", "text"],
            values: [GetType().GetCustomAttribute<MigrationAttribute>()!.Id, oldestWorker],
            schema: migrationBuilder.IsNpgsql() ? SagaStoreDbContext.Schema : null);
    }
}
