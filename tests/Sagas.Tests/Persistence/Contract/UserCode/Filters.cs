using System.Collections.Concurrent;
using MassTransit;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>Which messages passed the send and publish filters.</summary>
public sealed class Passed
{
    public ConcurrentQueue<string> Messages { get; } = new();
}

/// <summary>
/// Writes a row to the context that the consumer gets as well, and takes an endpoint before there is a delivery.
/// </summary>
public sealed class AuditConsumeFilter<T>(ShopDbContext shop, IPublishEndpoint publisher) : IFilter<ConsumeContext<T>>
    where T : class
{
    public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        publisher.ShouldNotBeNull();
        if (context.Message is CountStock or PackItem)
        {
            shop.Add(new AuditRow { Text = $"consume {typeof(T).Name}" });
        }

        return next.Send(context);
    }

    public void Probe(ProbeContext context)
    {
    }
}

public sealed class AuditSendFilter<T>(ShopDbContext shop, Passed passed) : IFilter<SendContext<T>>
    where T : class
{
    public Task Send(SendContext<T> context, IPipe<SendContext<T>> next)
    {
        passed.Messages.Enqueue($"send {typeof(T).Name}");
        shop.Add(new AuditRow { Text = $"send {typeof(T).Name}" });
        context.Headers.Set("x-filter", "sent");
        return next.Send(context);
    }

    public void Probe(ProbeContext context)
    {
    }
}

public sealed class AuditPublishFilter<T>(ShopDbContext shop, Passed passed) : IFilter<PublishContext<T>>
    where T : class
{
    public Task Send(PublishContext<T> context, IPipe<PublishContext<T>> next)
    {
        passed.Messages.Enqueue($"publish {typeof(T).Name}");
        shop.Add(new AuditRow { Text = $"publish {typeof(T).Name}" });
        context.Headers.Set("x-filter", "published");
        return next.Send(context);
    }

    public void Probe(ProbeContext context)
    {
    }
}
