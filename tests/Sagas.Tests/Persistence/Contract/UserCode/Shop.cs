using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>A saga as people write them, with columns of many types.</summary>
public sealed class OrderState : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }

    public int CurrentState { get; set; }

    public string OrderNumber { get; set; } = "";

    public string Customer { get; set; } = "";

    public DateTimeOffset? SubmittedAt { get; set; }

    public List<string> Notes { get; set; } = [];

    public Uri? Callback { get; set; }

    public byte[]? Receipt { get; set; }

    public int ReadyStatus { get; set; }

    public Guid? ChargeRequestId { get; set; }

    public Guid? OverdueToken { get; set; }

    public int Changes { get; set; }

    public int Version { get; set; }
}

public sealed class OrderStateMap : SagaClassMap<OrderState>
{
    protected override void Configure(EntityTypeBuilder<OrderState> entity, ModelBuilder model)
    {
        entity.Property(order => order.OrderNumber).HasMaxLength(64);
        entity.HasIndex(order => order.OrderNumber).IsUnique();
        entity.Property(order => order.Version).IsConcurrencyToken();
    }
}

/// <summary>A saga with rows of its own, which a query has to include.</summary>
public sealed class ParcelState : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "";

    public ICollection<ParcelItem> Items { get; } = [];

    public int Count { get; set; }

    public uint RowVersion { get; set; }
}

public sealed class ParcelItem
{
    public int Id { get; set; }

    public string Name { get; set; } = "";
}

public sealed class ParcelStateMap : SagaClassMap<ParcelState>
{
    protected override void Configure(EntityTypeBuilder<ParcelState> entity, ModelBuilder model)
    {
        entity.HasMany(parcel => parcel.Items).WithOne().OnDelete(DeleteBehavior.Cascade);
    }
}

public sealed record MarkMade(Guid CorrelationId) : CorrelatedBy<Guid>;

/// <summary>A saga with a version that SQL Server alone fills, and a stamp that nobody changes.</summary>
public sealed class Tally : ISaga, InitiatedByOrOrchestrates<MarkMade>
{
    public Guid CorrelationId { get; set; }

    public int Count { get; set; }

    public byte[]? RowVersion { get; set; }

    public Guid Stamp { get; set; }

    public Task Consume(ConsumeContext<MarkMade> context)
    {
        Count++;
        return Task.CompletedTask;
    }
}

public sealed class TallyMap : SagaClassMap<Tally>
{
    protected override void Configure(EntityTypeBuilder<Tally> entity, ModelBuilder model)
    {
        entity.Property(tally => tally.RowVersion).IsRowVersion();
        entity.Property(tally => tally.Stamp).IsConcurrencyToken();
    }
}

public sealed class AuditRow
{
    public int Id { get; set; }

    public string Text { get; set; } = "";
}

public sealed class ShopDbContext(DbContextOptions<ShopDbContext> options) : SagaDbContext(options)
{
    public DbSet<AuditRow> Audit => Set<AuditRow>();

    protected override IEnumerable<ISagaClassMap> Configurations
    {
        get
        {
            yield return new OrderStateMap();
            yield return new ParcelStateMap();
            yield return new PickListMap();
            yield return new TallyMap();
        }
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.AddTransactionalOutboxEntities();
        var parcel = modelBuilder.Entity<ParcelState>();
        if (Database.IsNpgsql())
        {
            parcel.Property(state => state.RowVersion).IsRowVersion();
        }
    }
}
