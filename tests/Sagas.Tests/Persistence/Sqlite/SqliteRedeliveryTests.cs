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

    protected override Task<IUserServers> CreateServersAsync()
    {
        return SqliteUserServers.CreateAsync();
    }
}
