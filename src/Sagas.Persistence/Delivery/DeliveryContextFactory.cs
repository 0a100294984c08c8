using MassTransit;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>Runs deliveries: one transaction each, and then, outside of it, the messages.</summary>
internal sealed class DeliveryContextFactory<TDbContext>(
    TDbContext context,
    DeliveryScope scope,
    SqlDialects dialects,
    EntityMaps maps,
    IDirectSender sender,
    OutboxCleaner<TDbContext> cleaner,
    TimeProvider clock,
    IServiceProvider provider) : IOutboxContextFactory<TDbContext>
    where TDbContext : DbContext
{
    public Task Send<T>(
        ConsumeContext<T> context,
        OutboxConsumeOptions options,
        IPipe<OutboxConsumeContext<T>> next)
        where T : class
    {
        return SendAsync(context, options, next, detectsDuplicates: true);
    }

    public async Task SendAsync<T>(
        ConsumeContext<T> message,
        OutboxConsumeOptions options,
        IPipe<OutboxConsumeContext<T>> next,
        bool detectsDuplicates)
        where T : class
    {
        var outer = scope.Current;
        await using var transaction = await DeliveryTransaction.BeginAsync(
            context, dialects, maps, message.CancellationToken);
        scope.Current = transaction;
        try
        {
            message.AddOrUpdatePayload<IDeliveryTransaction>(() => transaction, _ => transaction);
            var isDuplicate = detectsDuplicates
                && message.GetOriginalMessageId() is { } messageId
                && !await Inbox.TryAddAsync(
                    transaction,
                    maps,
                    messageId,
                    options.ConsumerId,
                    clock.GetUtcNow().UtcDateTime,
                    message.CancellationToken);
            var delivery = new DeliveryConsumeContext<T>(message, options, provider, transaction, isDuplicate, clock);
            await next.Send(delivery);
        }
        finally
        {
            scope.Current = outer;
            await transaction.DisposeAsync();
        }

        if (transaction is { IsCommitted: true, Writes.Messages.Count: > 0 })
        {
            await sender.SendAsync(
                message.ReceiveContext.SendEndpointProvider,
                transaction.Writes.Messages,
                cleaner,
                options.MessageDeliveryTimeout,
                message.CancellationToken);
        }
    }

    public void Probe(ProbeContext context)
    {
        context.CreateFilterScope("entityFrameworkOutbox").Add("dbContext", typeof(TDbContext).Name);
    }
}
