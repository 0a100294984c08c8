using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Sagas.Persistence;

/// <summary>A channel whose deliveries are acknowledged together.</summary>
internal sealed class AcknowledgingChannelContext : ProxyPipeContext, ChannelContext
{
    private readonly ChannelContext _context;
    private readonly Acknowledgements _acknowledgements;

    public AcknowledgingChannelContext(ChannelContext context)
        : base(context)
    {
        _context = context;
        _acknowledgements = new Acknowledgements(
            (number, multiple) => context.BasicAck(number, multiple, CancellationToken.None), TimeProvider.System);
    }

    public IChannel Channel => _context.Channel;

    public ConnectionContext ConnectionContext => _context.ConnectionContext;

    public ValueTask BasicAck(ulong deliveryTag, bool multiple, CancellationToken cancellationToken)
    {
        return multiple
            ? _context.BasicAck(deliveryTag, multiple, cancellationToken)
            : new ValueTask(_acknowledgements.AddAsync(deliveryTag));
    }

    public async Task BasicNack(ulong deliveryTag, bool multiple, bool requeue, CancellationToken cancellationToken)
    {
        await _context.BasicNack(deliveryTag, multiple, requeue, cancellationToken);
        if (!multiple)
        {
            _acknowledgements.Skip(deliveryTag);
        }
    }

    public Task BasicPublishAsync(
        string exchange,
        string routingKey,
        bool mandatory,
        BasicProperties basicProperties,
        byte[] body,
        bool awaitAck,
        CancellationToken cancellationToken)
    {
        return _context.BasicPublishAsync(
            exchange, routingKey, mandatory, basicProperties, body, awaitAck, cancellationToken);
    }

    public Task ExchangeBind(
        string destination,
        string source,
        string routingKey,
        IDictionary<string, object> arguments,
        CancellationToken cancellationToken)
    {
        return _context.ExchangeBind(destination, source, routingKey, arguments, cancellationToken);
    }

    public Task ExchangeDeclare(
        string exchange,
        string type,
        bool durable,
        bool autoDelete,
        IDictionary<string, object> arguments,
        CancellationToken cancellationToken)
    {
        return _context.ExchangeDeclare(exchange, type, durable, autoDelete, arguments, cancellationToken);
    }

    public Task ExchangeDeclarePassive(string exchange, CancellationToken cancellationToken)
    {
        return _context.ExchangeDeclarePassive(exchange, cancellationToken);
    }

    public Task QueueBind(
        string queue,
        string exchange,
        string routingKey,
        IDictionary<string, object> arguments,
        CancellationToken cancellationToken)
    {
        return _context.QueueBind(queue, exchange, routingKey, arguments, cancellationToken);
    }

    public Task<QueueDeclareOk> QueueDeclare(
        string queue,
        bool durable,
        bool exclusive,
        bool autoDelete,
        IDictionary<string, object> arguments,
        CancellationToken cancellationToken)
    {
        return _context.QueueDeclare(queue, durable, exclusive, autoDelete, arguments, cancellationToken);
    }

    public Task<QueueDeclareOk> QueueDeclarePassive(string queue, CancellationToken cancellationToken)
    {
        return _context.QueueDeclarePassive(queue, cancellationToken);
    }

    public Task<uint> QueuePurge(string queue, CancellationToken cancellationToken)
    {
        return _context.QueuePurge(queue, cancellationToken);
    }

    public Task BasicQos(uint prefetchSize, ushort prefetchCount, bool global, CancellationToken cancellationToken)
    {
        return _context.BasicQos(prefetchSize, prefetchCount, global, cancellationToken);
    }

    public Task<string> BasicConsume(
        string queue,
        bool noAck,
        bool exclusive,
        IDictionary<string, object> arguments,
        IAsyncBasicConsumer consumer,
        string consumerTag,
        CancellationToken cancellationToken)
    {
        return _context.BasicConsume(
            queue, noAck, exclusive, arguments, consumer, consumerTag, cancellationToken);
    }

    public Task BasicCancel(string consumerTag, CancellationToken cancellationToken)
    {
        return _context.BasicCancel(consumerTag, cancellationToken);
    }

    public void NotifyFaulted(Exception exception, Uri inputAddress)
    {
        _context.NotifyFaulted(exception, inputAddress);
    }
}
