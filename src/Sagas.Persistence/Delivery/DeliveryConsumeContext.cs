using MassTransit;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using Sagas.Persistence.Outbox;

namespace Sagas.Persistence.Delivery;

/// <summary>
/// A message being consumed inside a delivery transaction: what it sends is captured, and the transaction commits as
/// soon as the consumer is done.
/// </summary>
internal sealed class DeliveryConsumeContext<TMessage>(
    ConsumeContext<TMessage> context,
    RunningDelivery delivery,
    bool isDuplicate) : OutboxConsumeContextProxy<TMessage>(context, delivery.Options, delivery.Provider), IOutboxDelivery
    where TMessage : class
{
    private readonly DeliveryTransaction _transaction = delivery.Transaction;
    private readonly TimeProvider _clock = delivery.Clock;

    public DeliveryTransaction Transaction => _transaction;

    public override bool ContinueProcessing { get; set; }

    public override bool IsMessageConsumed => isDuplicate;

    /// <summary>
    /// Always: what there is to send goes out after the transaction, and the dispatcher has the rest.
    /// </summary>
    public override bool IsOutboxDelivered => true;

    public override int ReceiveCount => 1;

    public override long? LastSequenceNumber => null;

    public override Task AddSend<T>(SendContext<T> context)
    {
        if (!_transaction.IsOpen)
        {
            throw new InvalidOperationException(
                $"{typeof(T).Name} was sent through a consume context whose delivery has ended. Await what is sent "
                + "before the consumer returns, or send it through the bus.");
        }

        _transaction.Writes.Add(CapturedMessage.From(context, _clock.GetUtcNow(), Options.MessageDeliveryTimeout));
        return Task.CompletedTask;
    }

    public override async Task SetConsumed()
    {
        // A delivery whose fault was reported is rolled back already.
        if (_transaction.IsOpen)
        {
            await _transaction.CommitAsync();
        }
    }

    /// <summary>Reports a fault, which goes to the broker: not before the transaction is undone.</summary>
    public override async Task NotifyFaulted<T>(
        ConsumeContext<T> context,
        TimeSpan duration,
        string consumerType,
        Exception exception)
    {
        await _transaction.DisposeAsync();
        if (!_transaction.IsRefused)
        {
            await base.NotifyFaulted(context, duration, consumerType, exception);
        }
    }

    public override Task SetDelivered()
    {
        return Task.CompletedTask;
    }

    public override Task<List<OutboxMessageContext>> LoadOutboxMessages()
    {
        return Task.FromResult(new List<OutboxMessageContext>());
    }

    public override Task NotifyOutboxMessageDelivered(OutboxMessageContext message)
    {
        return Task.CompletedTask;
    }

    public override Task RemoveOutboxMessages()
    {
        return Task.CompletedTask;
    }
}

/// <summary>A delivery on an endpoint with an outbox, found as a payload by what it calls.</summary>
internal interface IOutboxDelivery
{
    DeliveryTransaction Transaction { get; }
}
