using MassTransit;
using MassTransit.Clients;
using MassTransit.DependencyInjection;
using MassTransit.Middleware.Outbox;
using MassTransit.Transports;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>
/// Gives a scope its publish and send endpoints: those of the message being consumed, where one is, else those of the
/// bus outbox.
/// </summary>
internal sealed class BusOutboxContextProvider<TDbContext> : IScopedBusContextProvider<IBus>
    where TDbContext : DbContext
{
    public BusOutboxContextProvider(
        IBus bus,
        BusOutboxContext<TDbContext> outbox,
        Bind<IBus, IClientFactory> clientFactory,
        Bind<IBus, IScopedConsumeContextProvider> busConsumeContext,
        IScopedConsumeContextProvider consumeContext,
        IServiceProvider provider)
    {
        if (busConsumeContext.Value.HasContext)
        {
            Context = new ConsumeContextScopedBusContext(busConsumeContext.Value.GetContext(), clientFactory.Value);
        }
        else if (consumeContext.HasContext)
        {
            Context = new ConsumeContextScopedBusContext<IBus>(
                bus, consumeContext.GetContext(), clientFactory.Value, provider);
        }
        else
        {
            Context = new OutboxScopedBusContext(bus, outbox, clientFactory.Value, provider);
        }
    }

    public ScopedBusContext Context { get; }

    private sealed class OutboxScopedBusContext(
        IBus bus,
        BusOutboxContext<TDbContext> outbox,
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
}
