using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

/// <summary>Adds the table of the browsers' sessions that somebody has ended, for all workers to know them.</summary>
[DbContext(typeof(SagaStoreDbContext))]
[Migration("20260701000000_EndedSessions")]
internal sealed class EndedSessionsMigration() : SagaMigration("EndedSessions", "20260305000000_Compression");
