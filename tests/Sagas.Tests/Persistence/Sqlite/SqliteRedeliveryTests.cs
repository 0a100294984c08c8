using MassTransit;
using Sagas.Tests.Persistence.Contract.UserCode;

namespace Sagas.Tests.Persistence.Sqlite;

/// <summary>
/// Delayed redelivery, which the in-memory transport can do by itself and RabbitMQ needs a plugin for.
/// </summary>
public sealed class SqliteRedeliveryTests : UserCodeContract
{
    [Fact]
    public async Task Consume_RedeliveredLater_IsNoDuplicateAndWritesOnce()
    {
        var program = new UserProgram
        {
            Transport = (_, transport) => transport.UseDelayedMessageScheduler(),
            Endpoint = (_, endpoint) =>
            {
                endpoint.UseDelayedRedelivery(redelivery => redelivery.Interval(3, TimeSpan.FromMilliseconds(100)));
                endpoint.UseMessageRetry(retry => retry.Immediate(1));
            },
            Bus = bus => bus.AddConsumer<StockConsumer>(),
        };
        await RunAsync(program, async host =>
        {
            await host.PublishAsync(new CountStock("apple", Failures: 3));

            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "apple again");
            await host.UntilOutboxIsEmptyAsync();
            (await host.AuditAsync()).ShouldBe(["apple", "apple again"]);
            host.Journal.All<StockCounted>().Count().ShouldBe(2);
            host.Journal.All<Fault<CountStock>>().ShouldBeEmpty();
        });
    }

    /// <summary>The inbox knows the message by the id that it had at first.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Consume_RedeliveredWithAnIdOfItsOwn_IsNoDuplicateUntilItIsConsumed(bool replaces)
    {
        var program = new UserProgram
        {
            Transport = (_, transport) => transport.UseDelayedMessageScheduler(),
            Endpoint = (_, endpoint) => endpoint.UseDelayedRedelivery(redelivery =>
            {
                redelivery.ReplaceMessageId = replaces;
                redelivery.Interval(2, TimeSpan.FromMilliseconds(50));
            }),
            Bus = bus => bus.AddConsumer<StockConsumer>(),
        };
        await RunAsync(program, async host =>
        {
            var id = Guid.NewGuid();
            await host.PublishAsync(new CountStock("pear", Failures: 2), id);
            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "pear again");

            await host.PublishAsync(new CountStock("pear", Failures: 0), id);
            await host.PublishAsync(new CountStock("plum", Failures: 0));

            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "plum again");
            host.Journal.All<StockCounted>().Count(counted => counted.Sku.StartsWith("pear", StringComparison.Ordinal)).ShouldBe(2);
        });
    }

    protected override Task<IUserServers> CreateServersAsync()
    {
        return SqliteUserServers.CreateAsync();
    }
}
