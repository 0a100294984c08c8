using MassTransit;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Delivery.Sharing;
using Sagas.Persistence.Inbox;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Outbox.Publishing;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Delivery;

/// <summary>Runs deliveries: begin, consume and commit in one transaction, and then, outside of it, send.</summary>
internal sealed class DeliveryRunner<TDbContext>(
    TDbContext context,
    DeliveryScope scope,
    SqlDialects dialects,
    EntityMaps maps,
    IDirectSender sender,
    OutboxCleaner<TDbContext> cleaner,
    OutboxFollowers<TDbContext> followers,
    FailedSends<TDbContext> failedSends,
    DeliveryGroups<TDbContext> groups,
    TrackedChanges changes,
    OutboxSettings<TDbContext> settings,
    OutboxDatabases<TDbContext> databases,
    DeliverySettlement<TDbContext> settlement,
    [SagaClock] TimeProvider clock,
    IServiceProvider provider)
    where TDbContext : DbContext
{
    /// <summary>Runs a delivery.</summary>
    /// <param name="message">The delivery.</param>
    /// <param name="options">The endpoint's, with the consumer's id.</param>
    /// <param name="next">Consumes.</param>
    /// <param name="detectsDuplicates">Whether the inbox is asked.</param>
    public async Task RunAsync<T>(
        ConsumeContext<T> message,
        OutboxConsumeOptions options,
        IPipe<OutboxConsumeContext<T>> next,
        bool detectsDuplicates)
        where T : class
    {
        await databases.ThrowIfUnknownAsync(context, message.CancellationToken);
        DeliveryWrites? writes = null;
        await context.RunOnceAsync(
            async () => writes = await ConsumeAsync(message, options, next, detectsDuplicates));
        if (writes is null || writes.Messages.Count == 0)
        {
            return;
        }

        if (!databases.IsOne)
        {
            await SendAndSettleAsync(writes, message, options);
        }
        else if (WithoutFollowers(writes) is { Count: > 0 } messages)
        {
            failedSends.Add(await SendAsync(messages, message, options, cleaner));
        }
    }

    private Task<IReadOnlyCollection<long>> SendAsync(
        IReadOnlyList<CapturedMessage> messages,
        ConsumeContext message,
        OutboxConsumeOptions options,
        IConfirmations confirmations)
    {
        return sender.SendAsync(
            MessageRoute.Of(message.ReceiveContext),
            // The dispatcher says why the others are not sent.
            [.. messages.Where(one => settings.ObjectionTo(one.Row) is null)],
            confirmations,
            options.MessageDeliveryTimeout,
            message.CancellationToken);
    }

    /// <summary>
    /// Sends where there are several databases: the messages that must wait for others are the dispatcher's, and so are those
    /// that fail, at once.
    /// </summary>
    private async Task SendAndSettleAsync(DeliveryWrites writes, ConsumeContext message, OutboxConsumeOptions options)
    {
        var isBehind = writes.Predecessors.Count > 0;
        var waits = writes.Messages.ToLookup(one => isBehind && one.Row.OrderingKey is not null);
        var delivered = new DeliveredRows();
        var failed = await SendAsync([.. waits[false]], message, options, delivered);
        await settlement.RunAsync(
            context,
            delivered.Numbers,
            [.. failed, .. waits[true].Where(one => !one.IsDelayed).Select(one => one.Row.SequenceNumber)]);
    }

    /// <summary>The messages that may go at once; the others follow when their predecessors are gone.</summary>
    private IReadOnlyList<CapturedMessage> WithoutFollowers(DeliveryWrites writes)
    {
        if (writes.Predecessors.All(cleaner.IsConfirmed))
        {
            return writes.Messages;
        }

        var ordered = writes.Messages.ToLookup(message => message.Row.OrderingKey is not null);
        followers.Add([.. ordered[true].Where(message => !message.IsDelayed)], writes.Predecessors);
        return [.. ordered[false]];
    }

    /// <returns>What was committed, or <see langword="null"/>.</returns>
    private async Task<DeliveryWrites?> ConsumeAsync<T>(
        ConsumeContext<T> message,
        OutboxConsumeOptions options,
        IPipe<OutboxConsumeContext<T>> next,
        bool detectsDuplicates)
        where T : class
    {
        var outer = scope.Current;
        await using var transaction = await BeginAsync(message, detectsDuplicates);
        scope.Current = transaction;
        try
        {
            message.AddOrUpdatePayload<IDeliveryTransaction>(() => transaction, _ => transaction);
            var delivery = new RunningDelivery(options, provider, transaction, clock);
            var taken = await DeliveredMessages<T>.Instance.TakeAsync(
                message, delivery, one => IsNewAsync(one, delivery, detectsDuplicates));
            await next.Send(delivery.Capture(taken ?? message, isDuplicate: taken is null));
        }
        finally
        {
            scope.Current = outer;
            await transaction.DisposeAsync();
        }

        return transaction.IsCommitted ? transaction.Writes : null;
    }

    private async Task<DeliveryTransaction> BeginAsync(ConsumeContext message, bool detectsDuplicates)
    {
        var dialect = dialects.Of(context);
        return !detectsDuplicates
            && dialect.SharesTransactions
            && databases.IsOne
            && message.TryGetPayload<TransactionSharing>(out var sharing)
            ? new SharedTransaction(context, dialect, maps, changes, groups, sharing)
            : await OwnTransaction.BeginAsync(
                context, dialect, maps, settings.Options.IsolationLevel, message.CancellationToken);
    }

    private async Task<bool> IsNewAsync(ConsumeContext message, RunningDelivery delivery, bool detectsDuplicates)
    {
        return !detectsDuplicates
            || message.GetOriginalMessageId() is not { } messageId
            || await InboxRows.TryAddAsync(
                delivery.Transaction,
                maps,
                messageId,
                delivery.Options.ConsumerId,
                clock.GetUtcNow().UtcDateTime,
                message.CancellationToken);
    }
}
