using MassTransit;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>A state machine that somebody wrote for MassTransit.</summary>
public abstract class StateMachineContract : UserCodeContract
{
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Publish_EventsCorrelatedByIdPropertyAndExpression_ReachTheirSagas(
        ConcurrencyMode mode,
        bool outbox)
    {
        await RunAsync(Orders(mode, outbox), async host =>
        {
            var (first, second, third) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
            await host.PublishAsync(new SubmitOrder(first, "open-1", "ada"));
            await host.PublishAsync(new SubmitOrder(second, "open-2", "ada"));
            await host.PublishAsync(new SubmitOrder(third, "closed-3", "ada"));
            foreach (var id in (Guid[])[first, second, third])
            {
                await host.UntilAsync<OrderState>(id, order => order.CurrentState == 3, "to be accepted");
            }

            await host.PublishAsync(new CustomerMoved("ada", "moved"));
            await host.PublishAsync(new OrderPaid("open-1"));
            await host.PublishAsync(new StockReserved(second));
            await host.UntilAsync<OrderState>(
                first, order => order.Notes is [.., _, _] && order.Notes.Contains("paid"), "to be paid");

            await host.UntilAsync<OrderState>(first, order => order.Notes.Count == 4, "to have moved");
            await host.UntilAsync<OrderState>(second, order => order.Notes.Count == 4, "to have moved");
            (await host.FindAsync<OrderState>(first))!.Notes.ShouldBe(
                ["created", "accepted", "moved", "paid"], ignoreOrder: true);
            (await host.FindAsync<OrderState>(second))!.Notes.ShouldBe(
                ["created", "accepted", "moved", "reserved"], ignoreOrder: true);
            (await host.FindAsync<OrderState>(third))!.Notes.ShouldBe(["created", "accepted"]);
        });
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Publish_EventsOfAWholeLife_InsertComposeOnceAndDelete(ConcurrencyMode mode, bool outbox)
    {
        await RunAsync(Orders(mode, outbox), async host =>
        {
            var id = Guid.NewGuid();

            await host.PublishAsync(new SubmitOrder(id, "open-1", "ada"));
            await host.UntilAsync<OrderState>(id, order => order.CurrentState == 3, "to be accepted");
            var accepted = (await host.FindAsync<OrderState>(id))!;
            await Task.WhenAll(
                host.PublishAsync(new OrderPaid("open-1")),
                host.PublishAsync(new StockReserved(id)));
            await host.UntilAsync<OrderState>(id, order => order.CurrentState == 4, "to be ready");
            await host.Journal.UntilAsync<OrderReady>();
            await host.PublishAsync(new CloseOrder(id));
            await host.UntilGoneAsync<OrderState>(id);

            accepted.OrderNumber.ShouldBe("open-1");
            accepted.SubmittedAt.ShouldBe(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
            accepted.Callback.ShouldBe(new Uri("https://shop.example/orders"));
            accepted.Notes.ShouldBe(["created", "accepted"]);
            accepted.Receipt.ShouldBeNull();
            await host.UntilOutboxIsEmptyAsync();
            host.Journal.All<OrderAccepted>().ShouldBe([new OrderAccepted(id, "open-1")]);
            host.Journal.All<OrderReady>().ShouldBe([new OrderReady(id)]);
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Publish_InstanceIsMissing_DoesWhatTheMachineSays(bool outbox)
    {
        await RunAsync(Orders(ConcurrencyMode.Pessimistic, outbox), async host =>
        {
            var id = Guid.NewGuid();

            await host.PublishAsync(new CustomerMoved("nobody", "moved"));
            await host.PublishAsync(new ShipOrder(id));
            var client = host.Bus.CreateRequestClient<CheckOrder>();
            var answer = await client.GetResponse<OrderStatus, OrderNotFound>(new CheckOrder(id), Ct);

            answer.Is(out Response<OrderNotFound>? missing).ShouldBeTrue();
            missing!.Message.OrderId.ShouldBe(id);
            var fault = await host.Journal.UntilAsync<Fault<ShipOrder>>();
            fault.Message.OrderId.ShouldBe(id);
            (await host.FindAsync<OrderState>(id)).ShouldBeNull();
        });
    }

    /// <summary>On any transport, since the outbox itself holds back what is for later.</summary>
    [Fact]
    public async Task Publish_EventScheduledByTheMachine_ComesWhenItIsTime()
    {
        await RunAsync(Orders(ConcurrencyMode.Pessimistic, outbox: true), async host =>
        {
            var id = Guid.NewGuid();
            await host.PublishAsync(new SubmitOrder(id, "open-1", "ada"));
            await host.UntilAsync<OrderState>(id, order => order.CurrentState == 3, "to be accepted");

            await host.PublishAsync(new RemindLater(id));

            await host.UntilAsync<OrderState>(id, order => order.Notes.Contains("overdue"), "to be overdue");
            (await host.FindAsync<OrderState>(id))!.OverdueToken.ShouldBeNull();
        });
    }

    internal static UserProgram Orders(ConcurrencyMode mode, bool outbox)
    {
        return new UserProgram
        {
            UsesOutbox = outbox,
            Endpoint = (context, endpoint) =>
            {
                endpoint.UseMessageRetry(retry => retry.Immediate(50));
                if (!outbox)
                {
                    // What MassTransit recommends then: without any, answers come before the saga is committed.
                    endpoint.UseInMemoryOutbox(context);
                }
            },
            Transport = (_, transport) => transport.UseDelayedMessageScheduler(),
            Bus = bus =>
            {
                bus.AddConsumer<CardConsumer>();
                bus.AddDelayedMessageScheduler();
                bus.AddSagaStateMachine<OrderMachine, OrderState>().EntityFrameworkRepository(r =>
                {
                    r.ConcurrencyMode = mode;
                    r.ExistingDbContext<ShopDbContext>();
                });
            },
        };
    }
}
