using MassTransit;
using MassTransit.Clients;
using MassTransit.DependencyInjection;
using MassTransit.Middleware.Outbox;
using MassTransit.Transports;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// Gives a scope its publish and send endpoints: those of the delivery that is running, else those of the bus outbox,
/// if there is one, else the bus's. Which it is, every message decides for itself: a filter may take an endpoint before
/// the delivery has begun, and the consumer gets the same one.
/// </summary>
internal sealed class CurrentBusContextProvider(
    IBus bus,
    Bind<IBus, IClientFactory> clientFactory,
    Bind<IBus, IScopedConsumeContextProvider> busConsumeContext,
    IScopedConsumeContextProvider consumeContext,
    IServiceProvider provider,
    IBusOutbox? outbox = null) : IScopedBusContextProvider<IBus>, ScopedBusContext
{
    private readonly ScopedBusContext _outside = outbox is null
        ? new BusScopedBusContext<IBus>(bus, clientFactory.Value, provider)
        : new OutboxScopedBusContext(bus, outbox, clientFactory.Value, provider);

    private CurrentEndpoints? _endpoints;

    public ScopedBusContext Context => this;

    public ISendEndpointProvider SendEndpointProvider => Endpoints;

    public IPublishEndpoint PublishEndpoint => Endpoints;

    public IScopedClientFactory ClientFactory => Current().ClientFactory;

    private CurrentEndpoints Endpoints => _endpoints ??= new CurrentEndpoints(Current);

    private ScopedBusContext Current()
    {
        return busConsumeContext.Value.HasContext
                ? new ConsumeContextScopedBusContext(busConsumeContext.Value.GetContext(), clientFactory.Value)
            : consumeContext.HasContext ? Within(consumeContext.GetContext())
            : _outside;
    }

    /// <summary>Within a consumer of another bus, or of a mediator: its transaction is not this bus's.</summary>
    private ScopedBusContext Within(ConsumeContext context)
    {
        return outbox is null
            ? new ConsumeContextScopedBusContext<IBus>(bus, context, clientFactory.Value, provider)
            : new OutboxConsumeScopedBusContext(bus, outbox, context, clientFactory.Value, provider);
    }

    private sealed class OutboxScopedBusContext(
        IBus bus,
        IBusOutbox outbox,
        IClientFactory clientFactory,
        IServiceProvider provider) : ScopedBusContext
    {
        public ISendEndpointProvider SendEndpointProvider { get; } =
            new ScopedSendEndpointProvider(new OutboxSendEndpointProvider(outbox, bus), provider);

        public IPublishEndpoint PublishEndpoint { get; } = new PublishEndpoint(
            new ScopedPublishEndpointProvider(new OutboxPublishEndpointProvider(outbox, bus), provider));

        // A request cannot wait for a commit: it goes out at once.
        public IScopedClientFactory ClientFactory { get; } = new ScopedClientFactory(
            new ClientFactory(new ScopedClientFactoryContext(clientFactory, provider)), null);
    }

    private sealed class OutboxConsumeScopedBusContext(
        IBus bus,
        IBusOutbox outbox,
        ConsumeContext context,
        IClientFactory clientFactory,
        IServiceProvider provider) : ScopedBusContext
    {
        public ISendEndpointProvider SendEndpointProvider { get; } =
            new ScopedConsumeSendEndpointProvider(new OutboxSendEndpointProvider(outbox, bus), context, provider);

        public IPublishEndpoint PublishEndpoint { get; } = new PublishEndpoint(
            new ScopedConsumePublishEndpointProvider(
                new OutboxPublishEndpointProvider(outbox, bus), context, provider));

        // A request cannot wait for a commit: it goes out at once.
        public IScopedClientFactory ClientFactory { get; } = new ScopedClientFactory(
            new ClientFactory(new ScopedClientFactoryContext(clientFactory, provider)), context);
    }
}
