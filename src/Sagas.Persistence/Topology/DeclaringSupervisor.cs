using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.Util;
using RabbitMQ.Client;
using Sagas.Persistence.Delivery;

namespace Sagas.Persistence.Topology;

/// <summary>
/// Has every channel of a bus declare by <see cref="Declarations"/>: those that it receives on, sends by and moves
/// messages over.
/// </summary>
/// <remarks>
/// MassTransit 8 declares whatever it sends to, and has no setting for it. Its own supervisor of the connection is
/// replaced by this one, which differs in nothing else: two private fields are used for that, and a test holds them.
/// </remarks>
internal sealed class DeclaringSupervisor(
    IRabbitMqHostConfiguration host, IRabbitMqTopologyConfiguration topology)
    : ConnectionContextSupervisor(host, topology), IConnectionContextSupervisor
{
    private readonly ConditionalWeakTable<IConnection, Declarations> _declarations = new();

    public static void Install(IRabbitMqBusFactoryConfigurator configurator)
    {
        if (configurator is not RabbitMqBusFactoryConfigurator bus
            || BusOf(bus) is not { HostConfiguration: RabbitMqHostConfiguration host } configuration)
        {
            throw new ConfigurationException("UseExistingTopology needs a bus that UsingRabbitMq configures.");
        }

        var topology = configuration.Topology;
        ConnectionOf(host) = new Recycle<IConnectionContextSupervisor>(() => new DeclaringSupervisor(host, topology));
    }

    Task IPipeContextSource<ConnectionContext>.Send(
        IPipe<ConnectionContext> pipe, CancellationToken cancellationToken) =>
        Send(new DeclaringPipe(pipe, _declarations), cancellationToken);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_busConfiguration")]
    private static extern ref IRabbitMqBusConfiguration BusOf(RabbitMqBusFactoryConfigurator configurator);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_connectionContext")]
    private static extern ref Recycle<IConnectionContextSupervisor> ConnectionOf(RabbitMqHostConfiguration host);

    private sealed class DeclaringPipe(
        IPipe<ConnectionContext> pipe, ConditionalWeakTable<IConnection, Declarations> declarations)
        : IPipe<ConnectionContext>
    {
        public Task Send(ConnectionContext context) => pipe.Send(new DeclaringConnectionContext(
            context, declarations.GetValue(context.Connection, connection => new Declarations(connection))));

        public void Probe(ProbeContext context) => pipe.Probe(context);
    }

    private sealed class DeclaringConnectionContext(ConnectionContext context, Declarations declarations)
        : ProxyPipeContext(context), ConnectionContext
    {
        public IConnection Connection => context.Connection;

        public string Description => context.Description;

        public Uri HostAddress => context.HostAddress;

        public bool PublisherConfirmation => context.PublisherConfirmation;

        public BatchSettings BatchSettings => context.BatchSettings;

        public TimeSpan ContinuationTimeout => context.ContinuationTimeout;

        public TimeSpan StopTimeout => context.StopTimeout;

        public IRabbitMqBusTopology Topology => context.Topology;

        public Task<IChannel> CreateChannel(ushort? concurrentMessageLimit, CancellationToken cancellationToken) =>
            context.CreateChannel(concurrentMessageLimit, cancellationToken);

        public async Task<ChannelContext> CreateChannelContext(
            IAgent agent, ushort? concurrentMessageLimit, CancellationToken cancellationToken) =>
            new DeclaringChannelContext(
                await context.CreateChannelContext(agent, concurrentMessageLimit, cancellationToken), declarations);
    }

    /// <remarks>The agent of the channel disposes of this one, and so of the channel itself.</remarks>
    private sealed class DeclaringChannelContext(ChannelContext context, Declarations declarations)
        : ProxyChannelContext(context), IAsyncDisposable
    {
        public override Task ExchangeDeclare(
            string exchange,
            string type,
            bool durable,
            bool autoDelete,
            IDictionary<string, object> arguments,
            CancellationToken cancellationToken) =>
            declarations.DeclareExchangeAsync(exchange, type, durable, autoDelete, arguments!, cancellationToken);

        public override Task<QueueDeclareOk> QueueDeclare(
            string queue,
            bool durable,
            bool exclusive,
            bool autoDelete,
            IDictionary<string, object> arguments,
            CancellationToken cancellationToken) =>
            declarations.DeclareQueueAsync(queue, durable, exclusive, autoDelete, arguments!, cancellationToken);

        public override Task ExchangeBind(
            string destination,
            string source,
            string routingKey,
            IDictionary<string, object> arguments,
            CancellationToken cancellationToken) =>
            declarations.BindExchangeAsync(destination, source, routingKey, arguments!, cancellationToken);

        public override Task QueueBind(
            string queue,
            string exchange,
            string routingKey,
            IDictionary<string, object> arguments,
            CancellationToken cancellationToken) =>
            declarations.BindQueueAsync(queue, exchange, routingKey, arguments!, cancellationToken);

        public ValueTask DisposeAsync() => Inner is IAsyncDisposable channel ? channel.DisposeAsync() : default;
    }
}
