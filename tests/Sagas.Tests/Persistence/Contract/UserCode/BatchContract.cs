using MassTransit;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>Batch consumers on endpoints with the outbox.</summary>
public abstract class BatchContract : UserCodeContract
{
    private static UserProgram Shelves => new()
    {
        Bus = bus => bus.AddConsumer<ShelfConsumer>(consumer => consumer.Options<BatchOptions>(options => options
            .SetMessageLimit(3)
            .SetTimeLimit(TimeSpan.FromMilliseconds(500)))),
    };

    [Fact]
    public async Task Consume_Batch_WritesAndSendsForEveryMessage()
    {
        await RunAsync(Shelves, async host =>
        {
            await PublishAsync(host, "A", "B", "C");

            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "batch of 3");
            await host.UntilOutboxIsEmptyAsync();
            (await host.AuditAsync()).ShouldBe(["A", "B", "C"], ignoreOrder: true);
            host.Journal.All<StockCounted>().Count().ShouldBe(4);
        });
    }

    [Fact]
    public async Task Consume_BatchFails_WritesNothingAndSendsNothingEvenOfASingleMessage()
    {
        await RunAsync(Shelves, async host =>
        {
            await host.PublishAsync(new CountShelf("A", Fails: true));
            await PublishAsync(host, "B", "C");
            await Eventually.HoldsAsync(
                () => host.Journal.Contexts<Fault<CountShelf>>().Count() == 3,
                "every message of the batch to be faulted");

            await PublishAsync(host, "D", "E", "F");

            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "batch of 3");
            await host.UntilOutboxIsEmptyAsync();
            host.Journal.All<StockCounted>().Select(counted => counted.Sku).ShouldBe(
                ["D", "E", "F", "batch of 3"], ignoreOrder: true);
            (await host.AuditAsync()).ShouldBe(["D", "E", "F"], ignoreOrder: true);
        });
    }

    /// <summary>The message that fills a batch must not decide for the others.</summary>
    [Fact]
    public async Task Consume_SomeOfTheBatchWereConsumedBefore_ConsumesTheOthers()
    {
        await RunAsync(Shelves, async host =>
        {
            var ids = new Dictionary<string, Guid>
            {
                ["A"] = Guid.NewGuid(),
                ["B"] = Guid.NewGuid(),
                ["C"] = Guid.NewGuid(),
            };
            foreach (var (shelf, id) in ids)
            {
                await host.PublishAsync(new CountShelf(shelf), id);
            }

            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "batch of 3");
            await host.PublishAsync(new CountShelf("D"));
            await host.PublishAsync(new CountShelf("E"));
            await host.PublishAsync(new CountShelf("C"), ids["C"]);
            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "batch of 2");
            foreach (var (shelf, id) in ids)
            {
                await host.PublishAsync(new CountShelf(shelf), id);
            }

            await host.PublishAsync(new CountShelf("F"));
            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "batch of 1");
            await host.UntilOutboxIsEmptyAsync();
            (await host.AuditAsync()).Order().ShouldBe(["A", "B", "C", "D", "E", "F"]);
            (await host.QueryAsync(shop => shop.Set<InboxState>().CountAsync(Ct))).ShouldBe(6);
        });
    }

    private static async Task PublishAsync(UserHost host, params string[] shelves)
    {
        foreach (var shelf in shelves)
        {
            await host.PublishAsync(new CountShelf(shelf));
        }
    }
}
