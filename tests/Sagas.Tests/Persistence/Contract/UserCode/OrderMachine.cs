using MassTransit;

namespace Sagas.Tests.Persistence.Contract.UserCode;

public sealed record SubmitOrder(Guid OrderId, string OrderNumber, string Customer, bool Fails = false);

/// <summary>Submits an order by its number alone.</summary>
public sealed record ImportOrder(string OrderNumber);

public sealed record OrderPaid(string OrderNumber);

public sealed record StockReserved(Guid OrderId);

public sealed record CustomerMoved(string Customer, string Note);

public sealed record ShipOrder(Guid OrderId);

public sealed record CloseOrder(Guid OrderId);

public sealed record CheckOrder(Guid OrderId, bool Fails = false);

public sealed record OrderStatus(Guid OrderId, string State);

public sealed record OrderNotFound(Guid OrderId);

public sealed record ChargeOrder(Guid OrderId, bool Fails = false);

public sealed record ChargeCard(Guid OrderId, bool Fails);

public sealed record CardCharged(Guid OrderId, string Receipt);

public sealed record RemindLater(Guid OrderId);

public sealed record PaymentOverdue(Guid OrderId);

/// <summary>Changes the order, whose version the machine may count up by itself.</summary>
public sealed record ChangeOrder(Guid OrderId, bool CountsVersion = false);

public sealed record OrderAccepted(Guid OrderId, string OrderNumber);

public sealed record OrderReady(Guid OrderId);

public sealed class OrderMachine : MassTransitStateMachine<OrderState>
{
    public OrderMachine()
    {
        InstanceState(order => order.CurrentState, Accepted, Ready, Refused);
        ConfigureCorrelation();
        Request(
            () => Charge,
            order => order.ChargeRequestId,
            request => request.Timeout = TimeSpan.Zero);
        Schedule(
            () => Overdue,
            order => order.OverdueToken,
            schedule =>
            {
                schedule.Delay = TimeSpan.FromMilliseconds(300);
                schedule.Received = e => e.CorrelateById(context => context.Message.OrderId);
            });
        CompositeEvent(() => PaidAndReserved, order => order.ReadyStatus, Paid, Reserved);

        Initially(
            When(Submitted).Then(Accept).ThenAsync(AnnounceAsync).TransitionTo(Accepted),
            When(Imported)
                .Then(context => context.Saga.OrderNumber = context.Message.OrderNumber)
                .TransitionTo(Accepted));
        During(
            Accepted,
            Ready,
            When(Submitted).Then(context => context.Saga.Notes.Add("submitted again")),
            When(Imported).Then(context => context.Saga.Changes++),
            When(Paid).Then(context => context.Saga.Notes.Add("paid")),
            When(Reserved).Then(context => context.Saga.Notes.Add("reserved")),
            When(PaidAndReserved)
                .Publish(context => new OrderReady(context.Saga.CorrelationId))
                .TransitionTo(Ready),
            When(Moved).Then(context => context.Saga.Notes.Add(context.Message.Note)),
            When(Changed).ThenAsync(ChangeSlowlyAsync),
            When(Charging)
                .Request(Charge, context => new ChargeCard(context.Saga.CorrelationId, context.Message.Fails)),
            When(Charge.Completed)
                .Then(context => context.Saga.Receipt = Convert.FromHexString(context.Message.Receipt)),
            When(Charge.Faulted).TransitionTo(Refused),
            When(Reminding).Schedule(Overdue, context => new PaymentOverdue(context.Saga.CorrelationId)),
            When(Overdue.Received).Then(context => context.Saga.Notes.Add("overdue")),
            When(Shipped).Then(context => context.Saga.Notes.Add("shipped")),
            When(Closed).Finalize());
        DuringAny(When(Checked).ThenAsync(AnswerAsync));
        SetCompletedWhenFinalized();
    }

    public State Accepted { get; private set; } = null!;

    public State Ready { get; private set; } = null!;

    public State Refused { get; private set; } = null!;

    public Event<SubmitOrder> Submitted { get; private set; } = null!;

    public Event<ImportOrder> Imported { get; private set; } = null!;

    public Event<OrderPaid> Paid { get; private set; } = null!;

    public Event<StockReserved> Reserved { get; private set; } = null!;

    public Event PaidAndReserved { get; private set; } = null!;

    public Event<CustomerMoved> Moved { get; private set; } = null!;

    public Event<ShipOrder> Shipped { get; private set; } = null!;

    public Event<CloseOrder> Closed { get; private set; } = null!;

    public Event<CheckOrder> Checked { get; private set; } = null!;

    public Event<ChangeOrder> Changed { get; private set; } = null!;

    public Event<ChargeOrder> Charging { get; private set; } = null!;

    public Event<RemindLater> Reminding { get; private set; } = null!;

    public Request<OrderState, ChargeCard, CardCharged> Charge { get; private set; } = null!;

    public Schedule<OrderState, PaymentOverdue> Overdue { get; private set; } = null!;

    private void ConfigureCorrelation()
    {
        Event(() => Submitted, e =>
        {
            e.CorrelateById(context => context.Message.OrderId);
            e.InsertOnInitial = true;
            e.SetSagaFactory(context => new OrderState
            {
                CorrelationId = context.Message.OrderId,
                OrderNumber = context.Message.OrderNumber,
                Notes = ["created"],
            });
        });
        Event(() => Imported, e => e
            .CorrelateBy(order => order.OrderNumber, context => context.Message.OrderNumber)
            .SelectId(_ => NewId.NextGuid()));
        Event(() => Paid, e => e.CorrelateBy(order => order.OrderNumber, context => context.Message.OrderNumber));
        Event(() => Moved, e =>
        {
            e.CorrelateBy((order, context) =>
                order.Customer == context.Message.Customer && order.OrderNumber.StartsWith("open-"));
            e.OnMissingInstance(missing => missing.Discard());
        });
        Event(() => Shipped, e =>
        {
            e.CorrelateById(context => context.Message.OrderId);
            e.OnMissingInstance(missing => missing.Fault());
        });
        Event(() => Checked, e =>
        {
            e.CorrelateById(context => context.Message.OrderId);
            e.OnMissingInstance(missing => missing.ExecuteAsync(
                context => context.RespondAsync(new OrderNotFound(context.Message.OrderId))));
            e.ReadOnly = true;
        });
        Event(() => Reserved, e => e.CorrelateById(context => context.Message.OrderId));
        Event(() => Closed, e => e.CorrelateById(context => context.Message.OrderId));
        Event(() => Changed, e => e.CorrelateById(context => context.Message.OrderId));
        Event(() => Charging, e => e.CorrelateById(context => context.Message.OrderId));
        Event(() => Reminding, e => e.CorrelateById(context => context.Message.OrderId));
    }

    private static void Accept(BehaviorContext<OrderState, SubmitOrder> context)
    {
        var order = context.Saga;
        order.OrderNumber = context.Message.OrderNumber;
        order.Customer = context.Message.Customer;
        order.SubmittedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        order.Callback = new Uri("https://shop.example/orders");
        order.Notes.Add("accepted");
    }

    private static async Task AnnounceAsync(BehaviorContext<OrderState, SubmitOrder> context)
    {
        await context.Publish(new OrderAccepted(context.Saga.CorrelationId, context.Saga.OrderNumber));
        if (context.Message.Fails)
        {
            throw new InvalidOperationException("As the test wants it.");
        }
    }

    private static async Task ChangeSlowlyAsync(BehaviorContext<OrderState, ChangeOrder> context)
    {
        var changes = context.Saga.Changes;
        await Task.Yield();
        context.Saga.Changes = changes + 1;
        context.Saga.Version += context.Message.CountsVersion ? 1 : 0;
    }

    private async Task AnswerAsync(BehaviorContext<OrderState, CheckOrder> context)
    {
        if (context.Message.Fails)
        {
            throw new InvalidOperationException("As the test wants it.");
        }

        var state = await Accessor.Get(context);
        await context.RespondAsync(new OrderStatus(context.Saga.CorrelationId, state.Name));
    }
}

/// <summary>What the machine's request goes to.</summary>
public sealed class CardConsumer : IConsumer<ChargeCard>
{
    public Task Consume(ConsumeContext<ChargeCard> context)
    {
        return context.Message.Fails
            ? throw new InvalidOperationException("The card is refused.")
            : context.RespondAsync(new CardCharged(context.Message.OrderId, "c0ffee"));
    }
}
