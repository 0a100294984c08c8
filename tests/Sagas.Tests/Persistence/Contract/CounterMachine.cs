using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Sagas.Tests.Persistence.Contract;

public sealed record CountUp(Guid CounterId, string Label = "");

/// <summary>Inserts the counter before it counts.</summary>
public sealed record CountFirst(Guid CounterId, string? Serial = null);

/// <summary>Gives a new counter its serial number.</summary>
public sealed record CountNumbered(Guid CounterId, string Serial);

/// <summary>Counts, publishes, and then fails, so that nothing of it may stay.</summary>
public sealed record CountAndFail(Guid CounterId);

public sealed record CountSlowly(Guid CounterId);

public sealed record RelabelAll(string Label, string NewLabel);

public sealed record StopCounting(Guid CounterId);

public sealed record Counted(Guid CounterId, int Count);

public sealed class CounterMachine : MassTransitStateMachine<Counter>
{
    public CounterMachine(CounterPause pause)
    {
        InstanceState(counter => counter.CurrentState);
        Event(() => CountUp, e => e.CorrelateById(context => context.Message.CounterId));
        Event(() => CountFirst, e =>
        {
            e.CorrelateById(context => context.Message.CounterId);
            e.InsertOnInitial = true;
            e.SetSagaFactory(context => new Counter
            {
                CorrelationId = context.Message.CounterId,
                Serial = context.Message.Serial,
            });
        });
        Event(() => CountNumbered, e => e.CorrelateById(context => context.Message.CounterId));
        Event(() => CountAndFail, e => e.CorrelateById(context => context.Message.CounterId));
        Event(() => CountSlowly, e => e.CorrelateById(context => context.Message.CounterId));
        Event(() => StopCounting, e => e.CorrelateById(context => context.Message.CounterId));
        Event(() => RelabelAll, e =>
        {
            e.CorrelateBy((counter, context) => counter.Label == context.Message.Label);
            e.OnMissingInstance(missing => missing.Discard());
        });

        Initially(
            When(CountUp)
                .Then(context => Count(context, context.Message.Label))
                .Publish(context => new Counted(context.Saga.CorrelationId, context.Saga.Count))
                .TransitionTo(Counting),
            When(CountFirst).Then(context => Count(context, "first")).TransitionTo(Counting),
            When(CountNumbered).Then(context => context.Saga.Serial = context.Message.Serial).TransitionTo(Counting));
        During(
            Counting,
            When(CountUp)
                .Then(context => Count(context, context.Message.Label))
                .ThenAsync(context => context.Publish(
                    new Counted(context.Saga.CorrelationId, context.Saga.Count),
                    publish => publish.KeepOrder(context.Saga.CorrelationId))),
            When(CountFirst).Then(context => Count(context, "first")),
            When(CountAndFail)
                .Then(context => Count(context, "failed"))
                .Publish(context => new Counted(context.Saga.CorrelationId, context.Saga.Count))
                .Then(_ => throw new InvalidOperationException("As the test wants it.")),
            When(CountSlowly)
                .ThenAsync(async context =>
                {
                    var count = context.Saga.Count;
                    await pause.WaitAsync();
                    context.Saga.Count = count + 1;
                }),
            When(RelabelAll).Then(context => context.Saga.Label = context.Message.NewLabel),
            When(StopCounting).Finalize());
        SetCompletedWhenFinalized();
    }

    public State Counting { get; private set; } = null!;

    public Event<CountUp> CountUp { get; private set; } = null!;

    public Event<CountFirst> CountFirst { get; private set; } = null!;

    public Event<CountNumbered> CountNumbered { get; private set; } = null!;

    public Event<CountAndFail> CountAndFail { get; private set; } = null!;

    public Event<CountSlowly> CountSlowly { get; private set; } = null!;

    public Event<RelabelAll> RelabelAll { get; private set; } = null!;

    public Event<StopCounting> StopCounting { get; private set; } = null!;

    private static void Count(BehaviorContext<Counter> context, string label)
    {
        var counter = context.Saga;
        counter.Count++;
        counter.Label = label;
        counter.IsOdd = counter.Count % 2 == 1;
        counter.Colour = counter.IsOdd ? CounterColour.Green : CounterColour.Red;
        counter.Shade = counter.IsOdd ? null : CounterColour.Green;
        counter.Amount = counter.Count * 1.5m;
        counter.TouchedAt = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddMicroseconds(counter.Count);
        counter.LastMessage = context is ConsumeContext consume ? consume.MessageId : null;
    }
}

public sealed record FillBasket(Guid BasketId, string Item);

public sealed class BasketMachine : MassTransitStateMachine<Basket>
{
    public BasketMachine()
    {
        InstanceState(basket => basket.CurrentState);
        Event(() => FillBasket, e => e.CorrelateById(context => context.Message.BasketId));
        Initially(When(FillBasket).Then(Fill).TransitionTo(Filling));
        During(Filling, When(FillBasket).Then(Fill));
    }

    public State Filling { get; private set; } = null!;

    public Event<FillBasket> FillBasket { get; private set; } = null!;

    private static void Fill(BehaviorContext<Basket, FillBasket> context)
    {
        context.Saga.Items.Add(new BasketItem { Name = context.Message.Item });
    }
}

public sealed record StampTicket(Guid TicketId);

public sealed class TicketMachine : MassTransitStateMachine<Ticket>
{
    public TicketMachine()
    {
        InstanceState(ticket => ticket.CurrentState);
        Event(() => StampTicket, e => e.CorrelateById(context => context.Message.TicketId));
        Initially(When(StampTicket).Then(context => context.Saga.Count++).TransitionTo(Stamped));
        During(Stamped, When(StampTicket).Then(context => context.Saga.Count++));
    }

    public State Stamped { get; private set; } = null!;

    public Event<StampTicket> StampTicket { get; private set; } = null!;
}

public sealed record WriteLine(Guid InvoiceId, string Text);

/// <summary>Writes a row that refers to its saga, with the saga's own first message as well.</summary>
public sealed class InvoiceMachine : MassTransitStateMachine<Invoice>
{
    public InvoiceMachine()
    {
        InstanceState(invoice => invoice.CurrentState);
        Event(() => WriteLine, e => e.CorrelateById(context => context.Message.InvoiceId));
        Initially(When(WriteLine).Then(Write).TransitionTo(Written));
        During(Written, When(WriteLine).Then(Write));
    }

    public State Written { get; private set; } = null!;

    public Event<WriteLine> WriteLine { get; private set; } = null!;

    private static void Write(BehaviorContext<Invoice, WriteLine> context)
    {
        context.GetPayload<IServiceProvider>().GetRequiredService<CounterDbContext>()
            .Add(new InvoiceLine { InvoiceId = context.Saga.CorrelationId, Text = context.Message.Text });
    }
}
