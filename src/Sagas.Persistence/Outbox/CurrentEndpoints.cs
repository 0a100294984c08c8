using MassTransit;
using MassTransit.DependencyInjection;

namespace Sagas.Persistence.Outbox;

/// <summary>Publishes and sends by way of whatever is current at that moment.</summary>
internal sealed class CurrentEndpoints(Func<ScopedBusContext> current) : IPublishEndpoint, ISendEndpointProvider
{
    private IPublishEndpoint Publisher => current().PublishEndpoint;

    public Task<ISendEndpoint> GetSendEndpoint(Uri address)
    {
        return current().SendEndpointProvider.GetSendEndpoint(address);
    }

    public ConnectHandle ConnectSendObserver(ISendObserver observer)
    {
        return current().SendEndpointProvider.ConnectSendObserver(observer);
    }

    public ConnectHandle ConnectPublishObserver(IPublishObserver observer)
    {
        return Publisher.ConnectPublishObserver(observer);
    }

    public Task Publish<T>(T message, CancellationToken cancellationToken = default)
        where T : class
    {
        return Publisher.Publish(message, cancellationToken);
    }

    public Task Publish<T>(
        T message,
        IPipe<PublishContext<T>> publishPipe,
        CancellationToken cancellationToken = default)
        where T : class
    {
        return Publisher.Publish(message, publishPipe, cancellationToken);
    }

    public Task Publish<T>(T message, IPipe<PublishContext> publishPipe, CancellationToken cancellationToken = default)
        where T : class
    {
        return Publisher.Publish(message, publishPipe, cancellationToken);
    }

    public Task Publish(object message, CancellationToken cancellationToken = default)
    {
        return Publisher.Publish(message, cancellationToken);
    }

    public Task Publish(
        object message,
        IPipe<PublishContext> publishPipe,
        CancellationToken cancellationToken = default)
    {
        return Publisher.Publish(message, publishPipe, cancellationToken);
    }

    public Task Publish(object message, Type messageType, CancellationToken cancellationToken = default)
    {
        return Publisher.Publish(message, messageType, cancellationToken);
    }

    public Task Publish(
        object message,
        Type messageType,
        IPipe<PublishContext> publishPipe,
        CancellationToken cancellationToken = default)
    {
        return Publisher.Publish(message, messageType, publishPipe, cancellationToken);
    }

    public Task Publish<T>(object values, CancellationToken cancellationToken = default)
        where T : class
    {
        return Publisher.Publish<T>(values, cancellationToken);
    }

    public Task Publish<T>(
        object values,
        IPipe<PublishContext<T>> publishPipe,
        CancellationToken cancellationToken = default)
        where T : class
    {
        return Publisher.Publish(values, publishPipe, cancellationToken);
    }

    public Task Publish<T>(
        object values,
        IPipe<PublishContext> publishPipe,
        CancellationToken cancellationToken = default)
        where T : class
    {
        return Publisher.Publish<T>(values, publishPipe, cancellationToken);
    }
}
