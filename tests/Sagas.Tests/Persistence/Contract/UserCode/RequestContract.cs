using MassTransit;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>Requests that a saga answers, and requests that it makes.</summary>
public abstract class RequestContract : UserCodeContract
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetResponse_SagaAnswers_ReturnsItsAnswer(bool outbox)
    {
        await RunAsync(StateMachineContract.Orders(ConcurrencyMode.Pessimistic, outbox), async host =>
        {
            var id = await SubmitAsync(host);
            var client = host.Bus.CreateRequestClient<CheckOrder>();

            var answer = await client.GetResponse<OrderStatus, OrderNotFound>(new CheckOrder(id), Ct);

            answer.Is(out Response<OrderStatus>? status).ShouldBeTrue();
            status!.Message.ShouldBe(new OrderStatus(id, "Accepted"));
            (await host.FindAsync<OrderState>(id))!.Notes.ShouldBe(["created", "accepted"]);
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetResponse_SagaThrows_ThrowsWhatItThrew(bool outbox)
    {
        await RunAsync(StateMachineContract.Orders(ConcurrencyMode.Pessimistic, outbox), async host =>
        {
            var id = await SubmitAsync(host);
            var client = host.Bus.CreateRequestClient<CheckOrder>();

            var failure = await Should.ThrowAsync<RequestFaultException>(
                () => client.GetResponse<OrderStatus>(new CheckOrder(id, Fails: true), Ct));

            failure.Fault!.Exceptions.Single().Message.ShouldBe("As the test wants it.");
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_ConsumerAnswers_CompletesTheSagasRequest(bool outbox)
    {
        await RunAsync(StateMachineContract.Orders(ConcurrencyMode.Pessimistic, outbox), async host =>
        {
            var id = await SubmitAsync(host);

            await host.PublishAsync(new ChargeOrder(id));

            await host.UntilAsync<OrderState>(id, order => order.Receipt is [0xc0, 0xff, 0xee], "to have its receipt");
            (await host.FindAsync<OrderState>(id))!.ChargeRequestId.ShouldBeNull();
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_ConsumerThrows_FaultsTheSagasRequest(bool outbox)
    {
        await RunAsync(StateMachineContract.Orders(ConcurrencyMode.Optimistic, outbox), async host =>
        {
            var id = await SubmitAsync(host);

            await host.PublishAsync(new ChargeOrder(id, Fails: true));

            await host.UntilAsync<OrderState>(id, order => order.CurrentState == 5, "to be refused");
        });
    }

    /// <summary>A request that a consumer awaits cannot wait for the consumer's own commit.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetResponse_InsideOfAConsumer_GoesOutAtOnce(bool busOutbox)
    {
        var program = ConsumerContract.Stock(busOutbox) with
        {
            Bus = bus =>
            {
                bus.AddConsumer<AskingConsumer, AskingConsumerDefinition>();
                bus.AddConsumer<NoOrdersConsumer>();
                bus.AddRequestClient<CheckOrder>();
            },
        };
        await RunAsync(program, async host =>
        {
            await host.PublishAsync(new CountStock("apple"));

            (await host.Journal.UntilAsync<StockCounted>()).Sku.ShouldBe("apple: there is no such order");
        });
    }

    private static async Task<Guid> SubmitAsync(UserHost host)
    {
        var id = Guid.NewGuid();
        await host.PublishAsync(new SubmitOrder(id, "open-1", "ada"));
        await host.UntilAsync<OrderState>(id, order => order.CurrentState == 3, "to be accepted");
        return id;
    }
}
