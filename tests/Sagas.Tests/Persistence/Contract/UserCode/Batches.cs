using MassTransit;

namespace Sagas.Tests.Persistence.Contract.UserCode;

public sealed record CountShelf(string Shelf, bool Fails = false);

/// <summary>Writes a row a message, and answers each message by itself.</summary>
public sealed class ShelfConsumer(ShopDbContext shop) : IConsumer<Batch<CountShelf>>
{
    public async Task Consume(ConsumeContext<Batch<CountShelf>> context)
    {
        foreach (var message in context.Message)
        {
            shop.Add(new AuditRow { Text = message.Message.Shelf });
            await message.Publish(new StockCounted(message.Message.Shelf));
        }

        await context.Publish(new StockCounted($"batch of {context.Message.Length}"));
        if (context.Message.Any(message => message.Message.Fails))
        {
            throw new InvalidOperationException("As the test wants it.");
        }
    }
}
