using System.Linq.Expressions;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sagas.Tests.Persistence.Contract.UserCode;

public sealed record StartPicking(Guid CorrelationId, string Aisle) : CorrelatedBy<Guid>;

public sealed record ItemPicked(Guid CorrelationId, int Count) : CorrelatedBy<Guid>;

public sealed record AisleClosed(string Aisle);

public sealed record PickingDone(Guid CorrelationId) : CorrelatedBy<Guid>;

/// <summary>A saga without a state machine, with setters of its own.</summary>
public sealed class PickList
    : ISaga,
        InitiatedBy<StartPicking>,
        InitiatedByOrOrchestrates<ItemPicked>,
        Orchestrates<PickingDone>,
        Observes<AisleClosed, PickList>
{
    public Guid CorrelationId { get; set; }

    public string? Aisle { get; private set; }

    public int Count { get; private set; }

    public bool IsClosed { get; private set; }

    Expression<Func<PickList, AisleClosed, bool>> Observes<AisleClosed, PickList>.CorrelationExpression =>
        (list, message) => list.Aisle == message.Aisle;

    public async Task Consume(ConsumeContext<StartPicking> context)
    {
        Aisle = context.Message.Aisle;
        await context.Publish(new OrderAccepted(CorrelationId, Aisle));
    }

    public Task Consume(ConsumeContext<ItemPicked> context)
    {
        Count += context.Message.Count;
        return Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<AisleClosed> context)
    {
        IsClosed = true;
        return Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<PickingDone> context)
    {
        return ((SagaConsumeContext<PickList>)context).SetCompleted();
    }
}

public sealed class PickListMap : SagaClassMap<PickList>
{
    protected override void Configure(EntityTypeBuilder<PickList> entity, ModelBuilder model)
    {
        entity.Property(list => list.Aisle).HasMaxLength(16);
    }
}
