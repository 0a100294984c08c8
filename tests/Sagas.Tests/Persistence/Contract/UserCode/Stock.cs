using MassTransit;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>Counts stock, after a number of attempts that fail.</summary>
public sealed record CountStock(string Sku, int Failures = 0);

public sealed record StockCounted(string Sku);

/// <summary>
/// A consumer as people write them: it saves by itself, and publishes and sends through what is injected.
/// </summary>
public sealed class StockConsumer(
    ShopDbContext shop,
    IPublishEndpoint publisher,
    ISendEndpointProvider endpoints,
    IEndpointNameFormatter names) : IConsumer<CountStock>
{
    public async Task Consume(ConsumeContext<CountStock> context)
    {
        var sku = context.Message.Sku;
        shop.Add(new AuditRow { Text = sku });
        await publisher.Publish(new StockCounted(sku), context.CancellationToken);
        await shop.SaveChangesAsync(context.CancellationToken);
        shop.Add(new AuditRow { Text = $"{sku} again" });
        var journal = await endpoints.GetSendEndpoint(new Uri($"exchange:{names.Consumer<JournalConsumer>()}"));
        await journal.Send(new StockCounted($"{sku} again"), context.CancellationToken);
        if (context.GetRetryAttempt() + context.GetRedeliveryCount() < context.Message.Failures)
        {
            throw new InvalidOperationException("As the test wants it.");
        }
    }
}

/// <summary>Configures its endpoint where it is defined, as many do.</summary>
public sealed class StockConsumerDefinition : ConsumerDefinition<StockConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<StockConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.UseMessageRetry(retry => retry.Immediate(3));
        endpointConfigurator.UseEntityFrameworkOutbox<ShopDbContext>(context);
    }
}

/// <summary>Asks somebody else before it publishes.</summary>
public sealed class AskingConsumer(IRequestClient<CheckOrder> client) : IConsumer<CountStock>
{
    public async Task Consume(ConsumeContext<CountStock> context)
    {
        var answer = await client.GetResponse<OrderStatus, OrderNotFound>(
            new CheckOrder(Guid.NewGuid()), context.CancellationToken, RequestTimeout.After(s: 5));
        var found = answer.Is(out Response<OrderNotFound>? _) ? "there is no such order" : "there is";
        await context.Publish(new StockCounted($"{context.Message.Sku}: {found}"));
    }
}

public sealed class AskingConsumerDefinition : ConsumerDefinition<AskingConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<AskingConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.UseEntityFrameworkOutbox<ShopDbContext>(context);
    }
}

public sealed class NoOrdersConsumer : IConsumer<CheckOrder>
{
    public Task Consume(ConsumeContext<CheckOrder> context)
    {
        return context.RespondAsync(new OrderNotFound(context.Message.OrderId));
    }
}
