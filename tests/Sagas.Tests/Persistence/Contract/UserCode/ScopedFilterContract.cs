using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>Scoped filters, which share the scope and its context with the consumer, over retries as well.</summary>
public abstract class ScopedFilterContract : UserCodeContract
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Consume_FilterWritesToTheSameContext_KeepsItsRowAndOneAttemptOfTheConsumer(int failures)
    {
        await RunAsync(Filtered(busOutbox: false), async host =>
        {
            await host.PublishAsync(new CountStock("apple", failures));

            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "apple again");
            await host.UntilOutboxIsEmptyAsync();
            (await host.AuditAsync()).ShouldBe(["consume CountStock", "apple", "apple again"], ignoreOrder: true);
            host.Journal.All<StockCounted>().Count().ShouldBe(2);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Consume_FilterTookAnEndpointBeforeAndTheConsumerFails_SendsNothing(bool busOutbox)
    {
        await RunAsync(Filtered(busOutbox), async host =>
        {
            await host.PublishAsync(new CountStock("apple", Failures: 10));
            await host.PublishAsync(new CountStock("pear"));

            await host.Journal.UntilAsync<Fault<CountStock>>();
            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "pear again");
            await host.UntilOutboxIsEmptyAsync();
            host.Journal.All<StockCounted>().ShouldNotContain(counted => counted.Sku.StartsWith("apple"));
            (await host.AuditAsync()).ShouldBe(["consume CountStock", "pear", "pear again"], ignoreOrder: true);
        });
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Consume_TrackedSagaFailsAndIsRetriedInTheSameScope_IsReadAgain(ConcurrencyMode mode, bool outbox)
    {
        var program = Filtered(busOutbox: false) with
        {
            UsesOutbox = outbox,
            Endpoint = (_, endpoint) => endpoint.UseMessageRetry(retry => retry.Immediate(50)),
            Bus = bus => ConsumerContract.AddParcels(bus, mode),
        };
        await RunAsync(program, async host =>
        {
            var id = Guid.NewGuid();

            await host.PublishAsync(new PackItem(id, "book 1", Failures: 2));
            await host.UntilAsync<ParcelState>(id, parcel => parcel.Count == 1, "the first item to be packed");
            await host.PublishAsync(new PackItem(id, "book 2", Failures: 2));

            await host.UntilAsync<ParcelState>(id, parcel => parcel.Count == 2, "both items to be packed");
            (await host.QueryAsync(shop => shop.Set<ParcelItem>().Select(item => item.Name).ToListAsync(Ct)))
                .ShouldBe(["book 1", "book 2"], ignoreOrder: true);
            (await host.AuditAsync()).ShouldBe(["consume PackItem", "consume PackItem"]);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Consume_SendAndPublishFilters_ShareTheDeliveryAndSeeEachMessageOnce(bool busOutbox)
    {
        var stock = ConsumerContract.Stock(busOutbox);
        var program = stock with
        {
            Services = services => services.AddSingleton<Passed>(),
            Transport = (context, transport) =>
            {
                transport.UseSendFilter(typeof(AuditSendFilter<>), context);
                transport.UsePublishFilter(typeof(AuditPublishFilter<>), context);
            },
        };
        await RunAsync(program, async host =>
        {
            await host.PublishAsync(new CountStock("apple", Failures: 1));

            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "apple again");
            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "apple");
            await host.UntilOutboxIsEmptyAsync();
            host.Journal.Contexts<StockCounted>()
                .ToDictionary(context => context.Message.Sku, context => context.Headers.Get<string>("x-filter"))
                .ShouldBe(
                    new Dictionary<string, string?> { ["apple"] = "published", ["apple again"] = "sent" },
                    ignoreOrder: true);
            (await host.AuditAsync()).ShouldBe(
                ["apple", "publish StockCounted", "apple again", "send StockCounted"], ignoreOrder: true);
            host.Services.GetRequiredService<Passed>().Messages.ShouldBe(
                [
                    "publish CountStock",
                    "publish StockCounted",
                    "send StockCounted",
                    "publish StockCounted",
                    "send StockCounted",
                ]);
        });
    }

    private static UserProgram Filtered(bool busOutbox)
    {
        return ConsumerContract.Stock(busOutbox) with
        {
            Transport = (context, transport) => transport.UseConsumeFilter(typeof(AuditConsumeFilter<>), context),
        };
    }
}
