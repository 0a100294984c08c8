using MassTransit;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence;

namespace Sagas.Tests.Participants.Contract;

public sealed class WorkDbContext(DbContextOptions<WorkDbContext> options) : DbContext(options)
{
    public DbSet<WorkItem> Work => Set<WorkItem>();

    public DbSet<StepBarrier> Barrier => Set<StepBarrier>();

    public DbSet<OutboxMessage> Outbox => Set<OutboxMessage>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<WorkItem>().ToTable("work");
        modelBuilder.AddStepBarrierEntity();
        modelBuilder.AddInboxStateEntity();
        modelBuilder.AddOutboxMessageEntity();
    }
}
