using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Contract;

public enum CounterColour
{
    Red,
    Green,
}

/// <summary>A saga that is one flat row, with a column of every kind that wants converting.</summary>
public sealed class Counter : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "";

    public int Count { get; set; }

    public string? Label { get; set; }

    public CounterColour Colour { get; set; }

    public CounterColour? Shade { get; set; }

    public DateTime? TouchedAt { get; set; }

    public decimal Amount { get; set; }

    public Guid? LastMessage { get; set; }

    public bool IsOdd { get; set; }

    /// <summary>That of no other counter.</summary>
    public string? Serial { get; set; }

    public int Version { get; set; }
}

public sealed class CounterMap : SagaClassMap<Counter>
{
    protected override void Configure(EntityTypeBuilder<Counter> entity, ModelBuilder model)
    {
        entity.ToTable("counter");
        entity.Property(counter => counter.Shade).HasConversion<string>();
        entity.Property(counter => counter.TouchedAt).HasConversion(
            time => time, time => time == null ? null : DateTime.SpecifyKind(time.Value, DateTimeKind.Utc));
        entity.HasIndex(counter => counter.Serial).IsUnique();
        entity.Property(counter => counter.Version).IsConcurrencyToken();
    }
}

/// <summary>A saga with an owned type, which EF has to track.</summary>
public sealed class Basket : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "";

    public List<BasketItem> Items { get; } = [];

    public int Version { get; set; }
}

public sealed class BasketItem
{
    public Guid Id { get; set; }

    public string Name { get; set; } = "";
}

public sealed class BasketMap : SagaClassMap<Basket>
{
    protected override void Configure(EntityTypeBuilder<Basket> entity, ModelBuilder model)
    {
        entity.ToTable("basket");
        entity.Property(basket => basket.Version).IsConcurrencyToken();
        entity.OwnsMany(basket => basket.Items, items => items.ToTable("basket_item"));
    }
}

/// <summary>A saga whose primary key is another than its id.</summary>
public sealed class Ticket : SagaStateMachineInstance
{
    public long Number { get; set; }

    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "";

    public int Count { get; set; }

    public int Version { get; set; }
}

public sealed class TicketMap : SagaClassMap<Ticket>
{
    protected override void Configure(EntityTypeBuilder<Ticket> entity, ModelBuilder model)
    {
        entity.ToTable("ticket");
        entity.HasKey(ticket => ticket.Number);
        entity.HasIndex(ticket => ticket.CorrelationId).IsUnique();
        entity.Property(ticket => ticket.Version).IsConcurrencyToken();
    }
}

/// <summary>A saga that rows of the application's own refer to.</summary>
public sealed class Invoice : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "";

    public int Version { get; set; }
}

public sealed class InvoiceLine
{
    public Guid Id { get; set; }

    public Guid InvoiceId { get; set; }

    public string Text { get; set; } = "";
}

public sealed class InvoiceMap : SagaClassMap<Invoice>
{
    protected override void Configure(EntityTypeBuilder<Invoice> entity, ModelBuilder model)
    {
        entity.ToTable("invoice");
        entity.Property(invoice => invoice.Version).IsConcurrencyToken();
        model.Entity<InvoiceLine>().ToTable("invoice_line")
            .HasOne<Invoice>().WithMany().HasForeignKey(line => line.InvoiceId);
    }
}

/// <summary>A row that consumers write.</summary>
public sealed class Note
{
    public int Id { get; set; }

    public string Text { get; set; } = "";
}

public sealed class CounterDbContext(DbContextOptions<CounterDbContext> options) : SagaDbContext(options)
{
    protected override IEnumerable<ISagaClassMap> Configurations =>
        [new CounterMap(), new BasketMap(), new TicketMap(), new InvoiceMap()];

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.AddInboxStateEntity();
        modelBuilder.AddOutboxMessageEntity();
        modelBuilder.AddStepBarrierEntity();
        modelBuilder.Entity<Note>().ToTable("note");
    }
}
