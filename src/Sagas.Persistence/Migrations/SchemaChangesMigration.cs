using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

/// <summary>Adds the table that says of each later change which workers may still run on the tables.</summary>
[DbContext(typeof(SagaStoreDbContext))]
[Migration("20260603000000_SchemaChanges")]
internal sealed class SchemaChangesMigration() : SagaMigration("SchemaChanges", "20260305000000_Compression");
