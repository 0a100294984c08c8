using System.Globalization;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// Puts a message that was delivered several times in vain into its queue afresh. The broker counts the deliveries of
/// each message in a quorum queue, and drops it at its limit, 20 by default: also those that ended because the worker
/// died or its connection was closed, which is no fault of the message's. A fresh copy is counted from 0.
/// </summary>
/// <remarks>
/// Neither an argument of the queue, which could not be changed any more and on which workers of two versions would have
/// to agree, nor a policy of the broker's is needed. Dying between copy and acknowledgement leaves the message twice,
/// as any delivery that is not acknowledged in time.
/// </remarks>
internal sealed class FreshCopyFilter : IFilter<ReceiveContext>
{
    /// <summary>After how many deliveries in vain a message is put in afresh.</summary>
    public const int MostDeliveries = 5;

    /// <summary>The header with the number of deliveries before the copy.</summary>
    public const string DeliveriesHeader = "sagas-deliveries";

    private const string BrokersCount = "x-delivery-count";
    private const string Acquired = "x-acquired-count";

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        if (!await IsRenewedAsync(context))
        {
            await next.Send(context);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("freshCopy");

    /// <summary>The properties of the copy; <see langword="null"/> if none is needed.</summary>
    public static BasicProperties? Renew(IReadOnlyBasicProperties properties)
    {
        if (Count(properties, BrokersCount) is not { } deliveries || deliveries < MostDeliveries)
        {
            return null;
        }

        var headers = new Dictionary<string, object?>(properties.Headers!);
        headers.Remove(BrokersCount);
        headers.Remove(Acquired);
        headers[DeliveriesHeader] = deliveries + (Count(properties, DeliveriesHeader) ?? 0);
        return new BasicProperties(properties) { Headers = headers };
    }

    private static async Task<bool> IsRenewedAsync(ReceiveContext context)
    {
        if (!context.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery)
            || !context.TryGetPayload<ChannelContext>(out var channel)
            || !context.TryGetPayload<ReceiveSettings>(out var settings)
            || Renew(delivery.Properties) is not { } properties)
        {
            return false;
        }

        try
        {
            // By the exchange that the worker sends to anyway, and so may write to.
            await channel.BasicPublishAsync(
                settings.QueueName,
                delivery.RoutingKey,
                mandatory: true,
                properties,
                context.Body.GetBytes(),
                awaitAck: true,
                context.CancellationToken);
        }
        catch (Exception) when (!context.CancellationToken.IsCancellationRequested)
        {
            // It is handled as it is.
            return false;
        }

        // Acknowledged as one that is somewhere else by now.
        context.AddOrUpdatePayload(() => SetAside.Marker, _ => SetAside.Marker);
        return true;
    }

    private static long? Count(IReadOnlyBasicProperties properties, string header)
    {
        if (properties.Headers is { } headers && headers.TryGetValue(header, out var value)
            && value is long or int or short or byte)
        {
            return Math.Clamp(Convert.ToInt64(value, CultureInfo.InvariantCulture), 0, int.MaxValue);
        }

        return null;
    }
}
