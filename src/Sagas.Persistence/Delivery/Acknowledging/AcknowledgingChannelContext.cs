using MassTransit.RabbitMqTransport;

namespace Sagas.Persistence.Delivery.Acknowledging;

/// <summary>A channel whose deliveries are acknowledged together.</summary>
internal sealed class AcknowledgingChannelContext : ProxyChannelContext
{
    private readonly Acknowledgements _acknowledgements;

    public AcknowledgingChannelContext(ChannelContext context)
        : base(context)
    {
        _acknowledgements = new Acknowledgements(
            (number, multiple) => context.BasicAck(number, multiple, CancellationToken.None), TimeProvider.System);
    }

    public override ValueTask BasicAck(ulong deliveryTag, bool multiple, CancellationToken cancellationToken) =>
        multiple
            ? Inner.BasicAck(deliveryTag, multiple, cancellationToken)
            : new ValueTask(_acknowledgements.AddAsync(deliveryTag));

    public override async Task BasicNack(
        ulong deliveryTag, bool multiple, bool requeue, CancellationToken cancellationToken)
    {
        await Inner.BasicNack(deliveryTag, multiple, requeue, cancellationToken);
        if (!multiple)
        {
            _acknowledgements.Skip(deliveryTag);
        }
    }
}
