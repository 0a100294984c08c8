using System.Security.Authentication;
using System.Text.Json;
using MassTransit;
using MassTransit.Transports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Orchestration.HttpSteps;
using Sagas.Orchestration.Store;
using Sagas.Orchestration.Telemetry;
using Sagas.Orchestration.Telemetry.Tracing;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Watchdog;

namespace Sagas.Orchestration.Transport;

/// <summary>Adds the bus: RabbitMQ where <c>ConnectionStrings:RabbitMq</c> is set, otherwise in memory.</summary>
public static class TransportExtensions
{
    private static readonly TimeSpan LastMoments = TimeSpan.FromSeconds(5);

    /// <summary>Adds the bus with the worker's own endpoint, and what the extensions bring along.</summary>
    public static IHostApplicationBuilder AddSagaTransport(
        this IHostApplicationBuilder builder, params IReadOnlyList<IBusExtension> extensions)
    {
        builder.Services.AddSectionOptions<TransportOptions>(TransportOptions.Section);
        builder.Services.AddSectionOptions<ConsumerWatchdogOptions>(ConsumerWatchdogOptions.Section);
        builder.Services.AddSingleton<RefusalLog>();
        builder.Services.AddSingleton<Refusals>();
        builder.Services.AddSingleton<BusDepot>();
        builder.Services.AddSingleton<IBusDepot, StartedBusDepot>();

        var broker = EmbeddedOptions.Find(builder.Configuration, "RabbitMq");
        if (broker is not null)
        {
            builder.Services.AddSingleton(BrokerConnectionString.Parse(broker));
            builder.Services.AddSingleton<ParticipantQueues>();
            builder.Services.AddHostedService<BrokerGate>();
        }

        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.ConfigureHealthCheckOptions(x => x.Name = "broker");
            bus.AddSagaOrchestration();
            bus.AddHttpSteps();
            foreach (var extension in extensions)
            {
                extension.Register(bus);
            }

            if (broker is null)
            {
                bus.UsingInMemory((context, configurator) =>
                {
                    context.GetRequiredService<ILogger<TransportOptions>>().InMemoryTransport();
                    var protection = Protect(context, configurator);
                    configurator.ReceiveEndpoint(
                        SagaAddresses.Queue, x => ConfigureWorker(context, x, protection));
                    configurator.ReceiveEndpoint(
                        SagaAddresses.HttpQueue, x => ConfigureHttpSteps(context, x, protection));
                    ConfigureAll(context, configurator, protection, extensions);
                });
            }
            else
            {
                bus.AddConsumerWatchdog();
                bus.UsingRabbitMq((context, configurator) =>
                {
                    configurator.UseExistingTopology();
                    configurator.OverrideDefaultBusEndpointQueueName($"{SagaAddresses.AnswersPrefix}{Guid.NewGuid():n}");
                    ConfigureHost(context, configurator);
                    PublishTopology.Deploy(configurator);
                    var protection = Protect(context, configurator);
                    configurator.ReceiveEndpoint(SagaAddresses.Queue, x =>
                    {
                        x.SetQuorumQueue();
                        ConfigureWorker(context, x, protection);
                    });
                    configurator.ReceiveEndpoint(SagaAddresses.HttpQueue, x =>
                    {
                        x.SetQuorumQueue();
                        ConfigureHttpSteps(context, x, protection);
                    });
                    ConfigureAll(context, configurator, protection, extensions);
                });
            }
        });
        builder.Services.AddOptions<MassTransitHostOptions>().Configure<IOptions<TransportOptions>>((host, transport) =>
        {
            host.WaitUntilStarted = true;
            var timeout = transport.Value.StopTimeout;
            host.StopTimeout = timeout;

            // Deliveries that wait, for the database for instance, go back to the queue in time for the rest to end.
            host.ConsumerStopTimeout = timeout - TimeSpan.FromTicks(Math.Min(timeout.Ticks / 2, LastMoments.Ticks));
        });
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<TransportOptions>>((host, transport) =>
            host.ShutdownTimeout = transport.Value.StopTimeout + TimeSpan.FromSeconds(5));
        return builder;
    }

    private static void ConfigureHost(IRegistrationContext context, IRabbitMqBusFactoryConfigurator configurator)
    {
        var broker = context.GetRequiredService<BrokerConnectionString>();
        configurator.Host(broker.Host, broker.Port, broker.VirtualHost, "sagas worker", host =>
        {
            host.Username(broker.User);
            host.Password(broker.Password);
            host.PublisherConfirmation = true;
            host.KeepAlive(context.GetRequiredService<IOptions<TransportOptions>>().Value.Heartbeat);
            if (broker.Tls is { } tls)
            {
                host.UseSsl(ssl =>
                {
                    ssl.ServerName = broker.Host;
                    ssl.Certificate = tls.Own;

                    // Left alone, the transport would accept a certificate of anybody's, and TLS 1.2 only.
                    ssl.CertificateValidationCallback = tls.Accept;
                    ssl.Protocol = SslProtocols.None;
                });
            }
        });
    }

    /// <summary>The protection of every endpoint that is configured from here on.</summary>
    private static EndpointProtection Protect(IRegistrationContext context, IBusFactoryConfigurator configurator)
    {
        var protection = new EndpointProtection(context);
        configurator.ConnectEndpointConfigurationObserver(protection);
        return protection;
    }

    private static void ConfigureWorker(
        IRegistrationContext context, IReceiveEndpointConfigurator endpoint, EndpointProtection protection)
    {
        var options = context.GetRequiredService<IOptions<TransportOptions>>().Value;
        endpoint.PrefetchCount = options.PrefetchCount;
        endpoint.ConcurrentMessageLimit = options.ConcurrentDeliveries;
        endpoint.UseBatchedAcknowledgements();
        endpoint.UseDirectPublishing();
        protection.ProtectWorker(endpoint);
        endpoint.UseFilter(new DeliveryTraceFilter(
            context.GetRequiredService<SagaTracer>(), context.GetRequiredService<ILogger<DeliveryTraceFilter>>()));
        endpoint.Consumer<StepFaultConsumer>();
        endpoint.ConfigureSagaOrchestration(context);
    }

    private static void ConfigureHttpSteps(
        IRegistrationContext context, IReceiveEndpointConfigurator endpoint, EndpointProtection protection)
    {
        protection.ProtectHttpSteps(endpoint);
        endpoint.ConfigureHttpSteps(context);
    }

    private static void ConfigureAll(
        IRegistrationContext context,
        IBusFactoryConfigurator configurator,
        EndpointProtection protection,
        IReadOnlyList<IBusExtension> extensions)
    {
        // Bodies for machines, of which the outbox and the broker keep copies.
        configurator.ConfigureJsonSerializerOptions(json => new JsonSerializerOptions(json) { WriteIndented = false });
        configurator.ConfigureSend(send => send.UseFilter(new TraceSendFilter()));
        protection.ConfigureExtensions(() =>
        {
            foreach (var extension in extensions)
            {
                extension.Configure(context, configurator);
            }
        });
    }
}
