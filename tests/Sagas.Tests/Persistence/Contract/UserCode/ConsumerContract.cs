using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>
/// Ordinary consumers on endpoints with the outbox: what they write and send, when they succeed and fail.
/// </summary>
public abstract class ConsumerContract : UserCodeContract
{
    private static readonly string[] Once = ["apple", "apple again"];

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task Consume_SucceedsAtLast_WritesAndSendsOnce(int failures, bool busOutbox)
    {
        await RunAsync(Stock(busOutbox), async host =>
        {
            await host.PublishAsync(new CountStock("apple", failures));

            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "apple again");
            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "apple");
            await host.UntilOutboxIsEmptyAsync();
            host.Journal.All<StockCounted>().Select(counted => counted.Sku).ShouldBe(Once, ignoreOrder: true);
            (await host.AuditAsync()).ShouldBe(Once);
            host.Journal.All<Fault<CountStock>>().ShouldBeEmpty();
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Consume_FailsForGood_PublishesOneFaultAndNothingElse(bool busOutbox)
    {
        await RunAsync(Stock(busOutbox), async host =>
        {
            await host.PublishAsync(new CountStock("apple", Failures: 10));
            await host.PublishAsync(new CountStock("pear"));

            var fault = await host.Journal.UntilAsync<Fault<CountStock>>();
            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "pear");
            await host.UntilOutboxIsEmptyAsync();
            fault.Message.Sku.ShouldBe("apple");
            fault.Exceptions.Single().Message.ShouldBe("As the test wants it.");
            host.Journal.All<Fault<CountStock>>().Count().ShouldBe(1);
            host.Journal.All<StockCounted>().ShouldNotContain(counted => counted.Sku.StartsWith("apple"));
            (await host.AuditAsync()).ShouldBe(["pear", "pear again"]);
            (await host.QueryAsync(shop => shop.Set<InboxState>().CountAsync(Ct))).ShouldBe(1);
        });
    }

    [Fact]
    public async Task Consume_SameMessageTwice_WritesAndSendsOnce()
    {
        await RunAsync(Stock(busOutbox: false), async host =>
        {
            var messageId = Guid.NewGuid();

            await Task.WhenAll(Enumerable.Range(0, 5)
                .Select(_ => host.PublishAsync(new CountStock("apple"), messageId)));
            await host.PublishAsync(new CountStock("pear"));

            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "pear again");
            await host.UntilOutboxIsEmptyAsync();
            (await host.AuditAsync()).Count(text => text == "apple").ShouldBe(1);
            host.Journal.All<StockCounted>().Count(counted => counted.Sku == "apple").ShouldBe(1);
        });
    }

    [Fact]
    public async Task Consume_SagaFailsForGood_PublishesOneFaultAndLeavesNoSaga()
    {
        await RunAsync(StateMachineContract.Orders(ConcurrencyMode.Pessimistic, outbox: true), async host =>
        {
            var id = Guid.NewGuid();

            await host.PublishAsync(new SubmitOrder(id, "open-1", "ada", Fails: true));

            (await host.Journal.UntilAsync<Fault<SubmitOrder>>()).Message.OrderId.ShouldBe(id);
            (await host.FindAsync<OrderState>(id)).ShouldBeNull();
            await host.UntilOutboxIsEmptyAsync();
            host.Journal.All<OrderAccepted>().ShouldBeEmpty();
            host.Journal.All<Fault<SubmitOrder>>().Count().ShouldBe(1);
        });
    }

    [Fact]
    public async Task Consume_OutboxTwiceOnTheEndpoint_FailsAndSaysSo()
    {
        var program = new UserProgram
        {
            Endpoint = (context, endpoint) => endpoint.UseEntityFrameworkOutbox<ShopDbContext>(context),
            Bus = bus => bus.AddConsumer<StockConsumer>(),
        };
        await RunAsync(program, async host =>
        {
            var failures = new ReceiveFailures();
            using var handle = host.Bus.ConnectReceiveObserver(failures);

            await host.PublishAsync(new CountStock("apple"));

            var failure = await failures.First.WaitAsync(TimeSpan.FromSeconds(20), Ct);
            failure.GetBaseException().Message.ShouldStartWith(
                "ShopDbContext is in a transaction already. UseEntityFrameworkOutbox is on the endpoint twice");
        });
    }

    /// <summary>
    /// As with EnableRetryOnFailure, under which EF refuses transactions that it does not run itself.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Consume_ContextRetriesByItself_WorksAllTheSame(bool outbox)
    {
        var orders = StateMachineContract.Orders(ConcurrencyMode.Pessimistic, outbox);
        var program = orders with
        {
            Database = options => options.ReplaceService<IExecutionStrategyFactory, RetryingStrategyFactory>(),
            Bus = bus =>
            {
                orders.Bus(bus);
                bus.AddConsumer<StockConsumer>();
                AddParcels(bus, ConcurrencyMode.Pessimistic);
            },
        };
        await RunAsync(program, async host =>
        {
            var (order, parcel) = (Guid.NewGuid(), Guid.NewGuid());

            await host.PublishAsync(new SubmitOrder(order, "open-1", "ada"));
            await host.PublishAsync(new OrderPaid("open-1"));
            await host.PublishAsync(new PackItem(parcel, "book"));
            await host.PublishAsync(new CountStock("apple"));

            await host.UntilAsync<OrderState>(order, state => state.Notes.Contains("accepted"), "to be accepted");
            await host.UntilAsync<ParcelState>(parcel, state => state.Count == 1, "to be packed");
            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "apple again");
        });
    }

    internal static void AddParcels(IBusRegistrationConfigurator bus, ConcurrencyMode mode)
    {
        bus.AddSagaStateMachine<ParcelMachine, ParcelState>().EntityFrameworkRepository(r =>
        {
            r.ConcurrencyMode = mode;
            r.ExistingDbContext<ShopDbContext>();
            r.CustomizeQuery(parcels => parcels.Include(parcel => parcel.Items));
        });
    }

    internal static UserProgram Stock(bool busOutbox)
    {
        return new UserProgram
        {
            UsesOutbox = false,
            Bus = bus => bus.AddConsumer<StockConsumer, StockConsumerDefinition>(),
            Outbox = outbox =>
            {
                if (busOutbox)
                {
                    outbox.UseBusOutbox();
                }
            },
        };
    }

    private sealed class RetryingStrategyFactory(ExecutionStrategyDependencies dependencies) : IExecutionStrategyFactory
    {
        public IExecutionStrategy Create()
        {
            return new RetryingStrategy(dependencies);
        }
    }

    private sealed class RetryingStrategy(ExecutionStrategyDependencies dependencies)
        : ExecutionStrategy(dependencies, maxRetryCount: 3, maxRetryDelay: TimeSpan.FromSeconds(1))
    {
        protected override bool ShouldRetryOn(Exception exception)
        {
            return false;
        }
    }

    private sealed class ReceiveFailures : IReceiveObserver
    {
        private readonly TaskCompletionSource<Exception> _first = new();

        public Task<Exception> First => _first.Task;

        public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
            where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(
            ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
            where T : class => Task.CompletedTask;

        public Task ReceiveFault(ReceiveContext context, Exception exception)
        {
            _first.TrySetResult(exception);
            return Task.CompletedTask;
        }
    }
}
