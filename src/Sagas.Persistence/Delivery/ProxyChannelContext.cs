using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Sagas.Persistence.Delivery;

/// <summary>A channel that passes everything on to another one.</summary>
internal abstract class ProxyChannelContext(ChannelContext context) : ProxyPipeContext(context), ChannelContext
{
    public IChannel Channel => Inner.Channel;

    public ConnectionContext ConnectionContext => Inner.ConnectionContext;

    protected ChannelContext Inner { get; } = context;

    public virtual ValueTask BasicAck(ulong deliveryTag, bool multiple, CancellationToken cancellationToken) =>
        Inner.BasicAck(deliveryTag, multiple, cancellationToken);

    public virtual Task BasicNack(
        ulong deliveryTag, bool multiple, bool requeue, CancellationToken cancellationToken) =>
        Inner.BasicNack(deliveryTag, multiple, requeue, cancellationToken);

    public virtual Task BasicPublishAsync(
        string exchange,
        string routingKey,
        bool mandatory,
        BasicProperties basicProperties,
        byte[] body,
        bool awaitAck,
        CancellationToken cancellationToken) => Inner.BasicPublishAsync(
            exchange, routingKey, mandatory, basicProperties, body, awaitAck, cancellationToken);

    public virtual Task ExchangeBind(
        string destination,
        string source,
        string routingKey,
        IDictionary<string, object> arguments,
        CancellationToken cancellationToken) =>
        Inner.ExchangeBind(destination, source, routingKey, arguments, cancellationToken);

    public virtual Task ExchangeDeclare(
        string exchange,
        string type,
        bool durable,
        bool autoDelete,
        IDictionary<string, object> arguments,
        CancellationToken cancellationToken) =>
        Inner.ExchangeDeclare(exchange, type, durable, autoDelete, arguments, cancellationToken);

    public Task ExchangeDeclarePassive(string exchange, CancellationToken cancellationToken) =>
        Inner.ExchangeDeclarePassive(exchange, cancellationToken);

    public virtual Task QueueBind(
        string queue,
        string exchange,
        string routingKey,
        IDictionary<string, object> arguments,
        CancellationToken cancellationToken) =>
        Inner.QueueBind(queue, exchange, routingKey, arguments, cancellationToken);

    public virtual Task<QueueDeclareOk> QueueDeclare(
        string queue,
        bool durable,
        bool exclusive,
        bool autoDelete,
        IDictionary<string, object> arguments,
        CancellationToken cancellationToken) =>
        Inner.QueueDeclare(queue, durable, exclusive, autoDelete, arguments, cancellationToken);

    public Task<QueueDeclareOk> QueueDeclarePassive(string queue, CancellationToken cancellationToken) =>
        Inner.QueueDeclarePassive(queue, cancellationToken);

    public Task<uint> QueuePurge(string queue, CancellationToken cancellationToken) =>
        Inner.QueuePurge(queue, cancellationToken);

    public Task BasicQos(uint prefetchSize, ushort prefetchCount, bool global, CancellationToken cancellationToken) =>
        Inner.BasicQos(prefetchSize, prefetchCount, global, cancellationToken);

    public Task<string> BasicConsume(
        string queue,
        bool noAck,
        bool exclusive,
        IDictionary<string, object> arguments,
        IAsyncBasicConsumer consumer,
        string consumerTag,
        CancellationToken cancellationToken) =>
        Inner.BasicConsume(queue, noAck, exclusive, arguments, consumer, consumerTag, cancellationToken);

    public Task BasicCancel(string consumerTag, CancellationToken cancellationToken) =>
        Inner.BasicCancel(consumerTag, cancellationToken);

    public void NotifyFaulted(Exception exception, Uri inputAddress) => Inner.NotifyFaulted(exception, inputAddress);
}
