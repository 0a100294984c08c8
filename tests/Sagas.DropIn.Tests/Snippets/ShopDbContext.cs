using MassTransit;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence;

namespace Sagas.DropIn.Tests.Snippets;

public sealed class ShopDbContext(DbContextOptions<ShopDbContext> options) : SagaDbContext(options)
{
    protected override IEnumerable<ISagaClassMap> Configurations => [new OrderStateMap()];

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.AddTransactionalOutboxEntities();
    }
}
