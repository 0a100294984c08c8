using MassTransit;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence;

namespace Sagas.Benchmarks.Systems.Twins;

/// <summary>The table of the sagas of the twins on EF, and of an outbox for those that have one.</summary>
internal sealed class TwinDbContext(DbContextOptions<TwinDbContext> options) : SagaDbContext(options)
{
    public DbSet<TwinState> Sagas => Set<TwinState>();

    protected override IEnumerable<ISagaClassMap> Configurations => [new TwinStateMap()];

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.AddTransactionalOutboxEntities();
    }
}
