using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Sagas.DropIn.Tests.Snippets;

public sealed class StockDbContext(DbContextOptions<StockDbContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddInboxStateEntity();
        modelBuilder.AddOutboxMessageEntity();
        modelBuilder.AddStepBarrierEntity();    // for participants on the barrier
    }
}
