using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sagas.Persistence;

namespace Sagas.DropIn.Tests.Snippets;

public sealed record SubmitOrder(Guid OrderId, string Number);

public sealed class OrderState : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "";

    public string? Number { get; set; }

    public Dictionary<string, string> Labels { get; set; } = [];

    public List<OrderLine> Lines { get; } = [];

    public int Version { get; set; }
}

public sealed class OrderLine
{
    public int Id { get; set; }

    public string Sku { get; set; } = "";
}

public sealed class OrderMachine : MassTransitStateMachine<OrderState>
{
    public OrderMachine()
    {
        InstanceState(order => order.CurrentState);
        Event(() => Submitted, e => e.CorrelateById(context => context.Message.OrderId));
        Initially(When(Submitted)
            .Then(context => context.Saga.Number = context.Message.Number)
            .TransitionTo(Open));
    }

    public State Open { get; private set; } = null!;

    public Event<SubmitOrder> Submitted { get; private set; } = null!;
}

public sealed class OrderStateMap : SagaClassMap<OrderState>
{
    protected override void Configure(EntityTypeBuilder<OrderState> entity, ModelBuilder model)
    {
        entity.Property(order => order.Number).HasMaxLength(64);
        entity.Property(order => order.Labels).HasJsonConversion();
        entity.Property(order => order.Version).IsConcurrencyToken();
    }
}
