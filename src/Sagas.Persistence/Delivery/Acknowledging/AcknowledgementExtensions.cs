using MassTransit.RabbitMqTransport;
using Sagas.Persistence.Delivery.Acknowledging;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>Deliveries that are acknowledged together.</summary>
public static class AcknowledgementExtensions
{
    /// <summary>
    /// Has deliveries of this endpoint that are done at the same moment acknowledged together, which costs the broker
    /// less than each by itself. Nothing is acknowledged that is not done, and none that is waits for longer than a
    /// millisecond for one before it.
    /// </summary>
    /// <param name="configurator">The endpoint. On another transport than RabbitMQ nothing changes.</param>
    public static void UseBatchedAcknowledgements(this IReceiveEndpointConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        if (configurator is IRabbitMqReceiveEndpointConfigurator rabbitMq)
        {
            rabbitMq.ConfigureChannel(channel => channel.UseFilter(new AcknowledgementFilter()));
        }
    }

    private sealed class AcknowledgementFilter : IFilter<ChannelContext>
    {
        public Task Send(ChannelContext context, IPipe<ChannelContext> next)
        {
            return next.Send(new AcknowledgingChannelContext(context));
        }

        public void Probe(ProbeContext context)
        {
            context.CreateFilterScope("batchedAcknowledgements");
        }
    }
}
