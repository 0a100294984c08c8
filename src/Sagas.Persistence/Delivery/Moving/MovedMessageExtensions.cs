using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Delivery.Moving;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>Messages that an endpoint moves to its error queue.</summary>
public static class MovedMessageExtensions
{
    /// <summary>
    /// Has this endpoint move every message that it can receive: to its error queue, or to the one for messages that
    /// nobody consumes. Headers for which a frame of the broker's has no room are cut, the largest first, and named in
    /// the header <c>sagas-headers-cut</c> and in the log; the property <c>user_id</c> becomes the header
    /// <c>sagas-user-id</c>. Without this such a message closes the connection, or the channel, and everything that was
    /// prefetched is delivered again.
    /// </summary>
    /// <param name="configurator">The endpoint. On another transport than RabbitMQ nothing changes.</param>
    /// <param name="context">The registration context that the bus is configured with.</param>
    public static void UseMovableMessages(this IReceiveEndpointConfigurator configurator, IRegistrationContext context)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(context);
        if (configurator is IRabbitMqReceiveEndpointConfigurator rabbitMq)
        {
            var log = new CutHeadersLog(
                context.GetRequiredService<IServiceProvider>().GetKeyedService<TimeProvider>(SagaClock.Key)
                    ?? TimeProvider.System,
                context.GetRequiredService<ILogger<CutHeadersLog>>());
            rabbitMq.ConfigureChannel(channel => channel.UseFilter(new MovingFilter(log)));
        }
    }

    private sealed class MovingFilter(CutHeadersLog log) : IFilter<ChannelContext>
    {
        public Task Send(ChannelContext context, IPipe<ChannelContext> next) =>
            next.Send(new MovingChannelContext(context, log));

        public void Probe(ProbeContext context) => context.CreateFilterScope("movableMessages");
    }
}
