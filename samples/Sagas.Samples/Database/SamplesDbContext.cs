using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sagas.Samples.AgentRuns;
using Sagas.Samples.Orders;

namespace Sagas.Samples.Database;

/// <summary>The participants' own database: what they do, and the three tables that make them idempotent.</summary>
public sealed class SamplesDbContext(DbContextOptions<SamplesDbContext> options) : DbContext(options)
{
    public DbSet<StockReservation> StockReservations => Set<StockReservation>();

    public DbSet<CardCharge> CardCharges => Set<CardCharge>();

    public DbSet<Shipment> Shipments => Set<Shipment>();

    public DbSet<AgentAction> AgentActions => Set<AgentAction>();

    public DbSet<EffectLogEntry> EffectLog => Set<EffectLogEntry>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);

        modelBuilder.Entity<StockReservation>(entity =>
        {
            MapEffect(entity, "stock_reservation", row => row.SagaId);
            entity.Property(row => row.OrderId).HasColumnName("order_id");
            entity.Property(row => row.Sku).HasColumnName("sku");
            entity.Property(row => row.Quantity).HasColumnName("quantity");
            entity.Property(row => row.ReservedAt).HasColumnName("reserved_at");
            entity.Property(row => row.ReleasedAt).HasColumnName("released_at");
        });
        modelBuilder.Entity<CardCharge>(entity =>
        {
            MapEffect(entity, "card_charge", row => row.SagaId);
            entity.Property(row => row.OrderId).HasColumnName("order_id");
            entity.Property(row => row.Amount).HasColumnName("amount");
            entity.Property(row => row.ChargedAt).HasColumnName("charged_at");
            entity.Property(row => row.RefundedAt).HasColumnName("refunded_at");
        });
        modelBuilder.Entity<Shipment>(entity =>
        {
            MapEffect(entity, "shipment", row => row.SagaId);
            entity.Property(row => row.OrderId).HasColumnName("order_id");
            entity.Property(row => row.TrackingNumber).HasColumnName("tracking_number");
            entity.Property(row => row.BookedAt).HasColumnName("booked_at");
            entity.Property(row => row.CancelledAt).HasColumnName("cancelled_at");
        });
        modelBuilder.Entity<AgentAction>(entity =>
        {
            MapEffect(entity, "agent_action", row => row.SagaId);
            entity.Property(row => row.Tool).HasColumnName("tool");
            entity.Property(row => row.Reference).HasColumnName("reference");
            entity.Property(row => row.DoneAt).HasColumnName("done_at");
            entity.Property(row => row.UndoneAt).HasColumnName("undone_at");
        });
        modelBuilder.Entity<EffectLogEntry>(entity =>
        {
            MapEffect(entity, "effect_log", row => row.SagaId);
            entity.Property(row => row.Step).HasColumnName("step");
            entity.Property(row => row.Direction).HasColumnName("direction");
            entity.Property(row => row.IdempotencyKey).HasColumnName("idempotency_key");
            entity.Property(row => row.Time).HasColumnName("time");
        });

        modelBuilder.AddInboxStateEntity();
        modelBuilder.AddOutboxMessageEntity();
        modelBuilder.AddStepBarrierEntity();
    }

    private static void MapEffect<TEntity>(
        EntityTypeBuilder<TEntity> entity,
        string table,
        System.Linq.Expressions.Expression<Func<TEntity, object?>> sagaId)
        where TEntity : class
    {
        entity.ToTable(table);
        entity.HasKey("Id");
        entity.Property("Id").HasColumnName("id");
        entity.Property(sagaId).HasColumnName("saga_id");
        entity.HasIndex(sagaId).HasDatabaseName($"ix_{table}_saga_id");
    }
}
