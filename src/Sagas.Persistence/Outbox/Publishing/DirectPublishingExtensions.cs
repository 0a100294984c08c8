using MassTransit.RabbitMqTransport;
using Sagas.Persistence.Outbox.Publishing;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>Messages that go to the broker past the bus.</summary>
public static class DirectPublishingExtensions
{
    /// <summary>
    /// Has what the deliveries of this endpoint send by the outbox published over a channel of its own, without the
    /// bus, which takes several times as much processor time for a message. They arrive as the bus would have sent
    /// them. Send filters are run when a message is sent, as ever, but not once more when it goes out, and send
    /// observers do not see that. The bus has the first messages to each destination, whose exchange it declares; those
    /// with transport properties, or with headers other than texts; and with one of these, so that their order is kept,
    /// the delivery's others. Messages to temporary queues always go by the bus. What the broker does not confirm stays in
    /// the outbox, for the dispatcher.
    /// </summary>
    /// <param name="configurator">The endpoint. On another transport than RabbitMQ nothing changes.</param>
    public static void UseDirectPublishing(this IReceiveEndpointConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        if (configurator is IRabbitMqReceiveEndpointConfigurator rabbitMq)
        {
            rabbitMq.ConfigureChannel(channel => channel.UseFilter(new PublisherFilter()));
        }
    }

    private sealed class PublisherFilter : IFilter<ChannelContext>
    {
        /// <remarks>The publisher is there for as long as the endpoint consumes over the channel.</remarks>
        public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
        {
            await using var publisher = new RabbitMqPublisher(context.ConnectionContext);
            context.AddOrUpdatePayload<IDirectPublisher>(() => publisher, _ => publisher);
            await next.Send(context);
        }

        public void Probe(ProbeContext context)
        {
            context.CreateFilterScope("directPublishing");
        }
    }
}
