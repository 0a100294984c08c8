using MassTransit;
using MassTransit.Configuration;
using MassTransit.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Orchestration.Transport.PlainJson;
using Sagas.Persistence;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// What protects the worker from what it receives, the same for every queue: limits of size and depth, refusals in the
/// place of faults, no address of a message's that anything is declared for, a log that does not flood, error queues
/// that take whatever came, and no message that is dropped for the deaths of others. An endpoint that is configured
/// without it gets it all the same.
/// </summary>
/// <remarks>Extensions of the bus are their host's own code, which reads what it likes. They are left alone.</remarks>
internal sealed class EndpointProtection(IRegistrationContext context) : IEndpointConfigurationObserver
{
    // As deep as .NET reads. What the worker sends to itself holds what came, some levels deeper.
    private const int OwnMessagesDepth = 64;

    private readonly HashSet<object> _done = new(ReferenceEqualityComparer.Instance);
    private readonly TransportOptions _options = context.GetRequiredService<IOptions<TransportOptions>>().Value;
    private readonly OutboxOptions _outbox =
        context.GetRequiredService<OutboxSettings<SagaStoreDbContext>>().Options;

    private bool _isExtension;

    /// <summary>Protects the workers' queue.</summary>
    public void ProtectWorker(IReceiveEndpointConfigurator endpoint) => Protect(
        endpoint,
        SagaAddresses.Queue,
        new MessageLimits(
            MessageTypeNames.Worker,
            _options.MaxMessageBytes,
            $"{TransportOptions.Section}:{nameof(TransportOptions.MaxMessageBytes)}",
            MessageReader.MaxDepth),
        isSetAside: true);

    /// <summary>Protects the queue of the steps over HTTP.</summary>
    public void ProtectHttpSteps(IReceiveEndpointConfigurator endpoint) =>
        Protect(endpoint, SagaAddresses.HttpQueue, OwnMessages(MessageTypeNames.HttpSteps), isSetAside: true);

    /// <summary>Protects what nobody has protected: the bus's own endpoint, to which answers come.</summary>
    public void EndpointConfigured<T>(T configurator)
        where T : IReceiveEndpointConfigurator
    {
        if (_isExtension || _done.Contains(configurator))
        {
            return;
        }

        // What nobody waits for any more is no loss, and the queue goes with the process.
        var isBus = configurator is IReceiveEndpointConfiguration { IsBusEndpoint: true };
        Protect(configurator, "answers", OwnMessages(MessageTypeNames.Answers), isSetAside: !isBus);
    }

    /// <summary>Has extensions configure endpoints of their own.</summary>
    public void ConfigureExtensions(Action configure)
    {
        _isExtension = true;
        try
        {
            configure();
        }
        finally
        {
            _isExtension = false;
        }
    }

    /// <summary>The largest is what the outbox sends: a command has the input and the results that came one by one.</summary>
    private MessageLimits OwnMessages(MessageTypeNames types) => new(
        types,
        Math.Max(_outbox.MaxMessageBytes, _options.MaxMessageBytes),
        $"{OutboxOptions.Section}:{nameof(OutboxOptions.MaxMessageBytes)}",
        OwnMessagesDepth);

    private void Protect(
        IReceiveEndpointConfigurator endpoint, string queue, MessageLimits limits, bool isSetAside)
    {
        _done.Add(endpoint);
        var refusals = context.GetRequiredService<Refusals>();
        var clock = context.GetSagaClock();
        var logger = context.GetRequiredService<ILogger<FailedMessageFilter>>();
        endpoint.PublishFaults = false;
        endpoint.UseMovableMessages(context);
        foreach (var factory in (ISerializerFactory[])[
            new EnvelopeSerializerFactory(limits), new PlainJsonSerializerFactory(limits)])
        {
            endpoint.AddDeserializer(isSetAside ? factory : new AnswerSerializerFactory(factory, refusals));
        }

        endpoint.ConfigureReceive(x => x.UseFilter(new FreshCopyFilter()));
        endpoint.ConfigureError(x =>
        {
            x.UseFilter(new FailedMessageFilter(queue, refusals, clock, logger));
            if (isSetAside)
            {
                x.UseFilter(new SetAsideGuard<ExceptionReceiveContext>($"{queue}_error", clock, logger));
                x.UseFilter(new ErrorTransportFilter());
            }
        });
        endpoint.ConfigureDeadLetter(x =>
        {
            if (isSetAside)
            {
                x.UseFilter(new UnknownMessageFilter(queue, limits.Types, refusals));
                x.UseFilter(new SetAsideGuard<ReceiveContext>($"{queue}_skipped", clock, logger));
                x.UseFilter(new DeadLetterTransportFilter());
            }
            else
            {
                x.UseFilter(new DiscardDeadLetterFilter());
            }
        });
        endpoint.UseFilter(new RefusedDeliveryFilter());
    }
}
