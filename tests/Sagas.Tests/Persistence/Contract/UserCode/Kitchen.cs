using MassTransit;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Contract.UserCode;

public sealed class OrderFries : CorrelatedBy<Guid>
{
    public Guid CorrelationId { get; set; }

    public string Size { get; set; } = "";
}

public sealed class CookFries : CorrelatedBy<Guid>
{
    public Guid CorrelationId { get; set; }

    public string Size { get; set; } = "";
}

public sealed class FriesCooked
{
    public string Size { get; set; } = "";
}

public sealed class FriesServed
{
    public string Description { get; set; } = "";
}

/// <summary>A future: its state is a saga that MassTransit has written.</summary>
public sealed class FriesFuture : Future<OrderFries, FriesServed>
{
    public FriesFuture()
    {
        ConfigureCommand(command => command.CorrelateById(context => context.Message.CorrelationId));
        SendRequest<CookFries>().OnResponseReceived<FriesCooked>(response => response.SetCompletedUsingInitializer(
            context => new { Description = $"{context.Message.Size} fries" }));
    }
}

public sealed class FriesCook : IConsumer<CookFries>
{
    public Task Consume(ConsumeContext<CookFries> context)
    {
        return context.RespondAsync(new FriesCooked { Size = context.Message.Size });
    }
}

public sealed class WashDishes
{
    public int Plates { get; set; }
}

/// <summary>A job, whose three sagas MassTransit has written.</summary>
public sealed class DishWasher : IJobConsumer<WashDishes>
{
    public Task Run(JobContext<WashDishes> context)
    {
        return context.SetJobProgress(context.Job.Plates, context.Job.Plates);
    }
}

/// <summary>The sagas of jobs and futures beside an outbox.</summary>
public sealed class KitchenDbContext(DbContextOptions<KitchenDbContext> options) : SagaDbContext(options)
{
    /// <summary>A context that was written for MassTransit's own store may have it.</summary>
    public DbSet<OutboxState> OutboxStates => Set<OutboxState>();

    protected override IEnumerable<ISagaClassMap> Configurations =>
    [
        new JobTypeSagaMap(true), new JobSagaMap(true), new JobAttemptSagaMap(true), new FutureStateMap(true),
    ];

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.AddInboxStateEntity(entity => entity.ToTable("kitchen_inbox"));
        modelBuilder.AddOutboxStateEntity(entity => entity.ToTable("kitchen_outbox_state").HasKey(row => row.OutboxId));
        modelBuilder.AddOutboxMessageEntity(entity => entity.ToTable("kitchen_outbox"));
    }
}
