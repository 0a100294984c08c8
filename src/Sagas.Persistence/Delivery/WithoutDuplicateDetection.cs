using MassTransit;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence.Delivery;

/// <summary>Stands for a context on endpoints that find duplicates out by themselves.</summary>
internal sealed class WithoutDuplicateDetection<TDbContext>
    where TDbContext : DbContext;

/// <summary>Runs deliveries without asking the inbox.</summary>
internal sealed class WithoutDuplicateDetectionFactory<TDbContext>(DeliveryContextFactory<TDbContext> factory)
    : IOutboxContextFactory<WithoutDuplicateDetection<TDbContext>>
    where TDbContext : DbContext
{
    public Task Send<T>(
        ConsumeContext<T> context,
        OutboxConsumeOptions options,
        IPipe<OutboxConsumeContext<T>> next)
        where T : class
    {
        return factory.SendAsync(context, options, next, detectsDuplicates: false);
    }

    public void Probe(ProbeContext context)
    {
        factory.Probe(context);
    }
}
