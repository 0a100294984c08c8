using MassTransit;
using MassTransit.RabbitMqTransport;

namespace Sagas.Persistence.Outbox.Publishing;

/// <summary>By which ways the messages of a delivery can go.</summary>
/// <param name="Endpoints">The bus's endpoints.</param>
/// <param name="Publisher">Goes past the bus, where the endpoint was configured so.</param>
internal sealed record MessageRoute(ISendEndpointProvider Endpoints, IDirectPublisher? Publisher)
{
    public static MessageRoute Of(ReceiveContext delivery)
    {
        return new MessageRoute(
            delivery.SendEndpointProvider,
            delivery.TryGetPayload<ChannelContext>(out var channel)
                && channel.TryGetPayload<IDirectPublisher>(out var publisher)
                    ? publisher
                    : null);
    }
}
