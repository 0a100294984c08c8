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
    OutboxSettings<TDbContext> settings,
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
        IReadOnlyList<CapturedMessage> messages = [];
        await context.RunOnceAsync(
            async () => messages = await ConsumeAsync(message, options, next, detectsDuplicates));
        if (messages.Count > 0)
        {
            await sender.SendAsync(
                message.ReceiveContext.SendEndpointProvider,
                // The dispatcher says why the others are not sent.
                [.. messages.Where(one => settings.ObjectionTo(one.Row) is null)],
                cleaner,
                options.MessageDeliveryTimeout,
                message.CancellationToken);
        }
    }

    public void Probe(ProbeContext context)
    {
        context.CreateFilterScope("entityFrameworkOutbox").Add("dbContext", typeof(TDbContext).Name);
    }

    /// <returns>The messages that were committed.</returns>
    private async Task<IReadOnlyList<CapturedMessage>> ConsumeAsync<T>(
        ConsumeContext<T> message,
        OutboxConsumeOptions options,
        IPipe<OutboxConsumeContext<T>> next,
        bool detectsDuplicates)
        where T : class
    {
        var outer = scope.Current;
        await using var transaction = await DeliveryTransaction.BeginAsync(
            context, dialects, maps, settings.Options.IsolationLevel, message.CancellationToken);
        scope.Current = transaction;
        try
        {
            message.AddOrUpdatePayload<IDeliveryTransaction>(() => transaction, _ => transaction);
            var delivery = new Delivery(options, provider, transaction, clock);
            var taken = await DeliveredMessages<T>.Instance.TakeAsync(
                message, delivery, one => IsNewAsync(one, delivery, detectsDuplicates));
            await next.Send(delivery.Capture(taken ?? message, isDuplicate: taken is null));
        }
        finally
        {
            scope.Current = outer;
            await transaction.DisposeAsync();
        }

        return transaction.IsCommitted ? transaction.Writes.Messages : [];
    }

    private async Task<bool> IsNewAsync(ConsumeContext message, Delivery delivery, bool detectsDuplicates)
    {
        return !detectsDuplicates
            || message.GetOriginalMessageId() is not { } messageId
            || await Inbox.TryAddAsync(
                delivery.Transaction,
                maps,
                messageId,
                delivery.Options.ConsumerId,
                clock.GetUtcNow().UtcDateTime,
                message.CancellationToken);
    }
}
