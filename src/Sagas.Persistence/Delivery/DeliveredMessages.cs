using MassTransit;
using MassTransit.Batching;
using MassTransit.Context;

namespace Sagas.Persistence.Delivery;

/// <summary>The messages of a delivery, which are one, or those of a batch.</summary>
internal abstract class DeliveredMessages<T>
    where T : class
{
    public static DeliveredMessages<T> Instance { get; } = Create();

    /// <summary>
    /// The delivery with those messages alone that are new, or <see langword="null"/> when none is. What is sent by way
    /// of a message of a batch is captured as well.
    /// </summary>
    public abstract Task<ConsumeContext<T>?> TakeAsync(
        ConsumeContext<T> context,
        RunningDelivery delivery,
        Func<ConsumeContext, Task<bool>> isNew);

    private static DeliveredMessages<T> Create()
    {
        return typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(Batch<>)
            ? (DeliveredMessages<T>)Activator.CreateInstance(
                typeof(DeliveredBatch<>).MakeGenericType(typeof(T).GetGenericArguments()))!
            : new DeliveredMessage<T>();
    }
}

internal sealed class DeliveredMessage<T> : DeliveredMessages<T>
    where T : class
{
    public override async Task<ConsumeContext<T>?> TakeAsync(
        ConsumeContext<T> context,
        RunningDelivery delivery,
        Func<ConsumeContext, Task<bool>> isNew)
    {
        return await isNew(context) ? context : null;
    }
}

internal sealed class DeliveredBatch<TMessage> : DeliveredMessages<Batch<TMessage>>
    where TMessage : class
{
    public override async Task<ConsumeContext<Batch<TMessage>>?> TakeAsync(
        ConsumeContext<Batch<TMessage>> context,
        RunningDelivery delivery,
        Func<ConsumeContext, Task<bool>> isNew)
    {
        var batch = context.Message;
        var known = new HashSet<ConsumeContext>();
        // In one order everywhere, so that batches with messages in common wait for, and never on, each other.
        foreach (var message in batch.OrderBy(message => message.GetOriginalMessageId()))
        {
            if (!await isNew(message))
            {
                known.Add(message);
            }
        }

        if (known.Count == batch.Length)
        {
            return null;
        }

        ConsumeContext<TMessage>[] messages =
            [.. batch.Where(message => !known.Contains(message)).Select(message => delivery.Capture(message))];
        return new BatchConsumeContext<TMessage>(
            context,
            new MessageBatch<TMessage>(batch.FirstMessageReceived, batch.LastMessageReceived, batch.Mode, messages));
    }
}
