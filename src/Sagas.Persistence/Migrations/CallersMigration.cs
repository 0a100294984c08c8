using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Migrations;

/// <summary>
/// Adds who started a saga, which commands of operators were refused and why, and the secret by which workers know what
/// their API has sent.
/// </summary>
[DbContext(typeof(SagaStoreDbContext))]
[Migration("20260702000000_Callers")]
internal sealed class CallersMigration() : SagaMigration("Callers", "20260305000000_Compression");
