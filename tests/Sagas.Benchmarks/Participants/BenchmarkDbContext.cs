using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Benchmarks.Participants;

/// <summary>The participants' own database: their rows, and the tables that make them idempotent.</summary>
public sealed class BenchmarkDbContext(DbContextOptions<BenchmarkDbContext> options) : DbContext(options)
{
    public DbSet<BusinessRow> Rows => Set<BusinessRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<BusinessRow>(row =>
        {
            row.ToTable("business_row");
            row.HasKey(x => new { x.SagaId, x.Step });
        });
        modelBuilder.AddInboxStateEntity();
        modelBuilder.AddOutboxMessageEntity();
        modelBuilder.AddStepBarrierEntity();
    }
}
