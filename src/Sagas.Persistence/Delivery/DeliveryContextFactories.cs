using MassTransit;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence.Delivery;

/// <summary>Has MassTransit's outbox filter run deliveries, whose duplicates the inbox finds.</summary>
internal sealed class DeliveryContextFactory<TDbContext>(DeliveryRunner<TDbContext> runner) : IOutboxContextFactory<TDbContext>
    where TDbContext : DbContext
{
    public Task Send<T>(ConsumeContext<T> context, OutboxConsumeOptions options, IPipe<OutboxConsumeContext<T>> next)
        where T : class => runner.RunAsync(context, options, next, detectsDuplicates: true);

    public void Probe(ProbeContext context) =>
        context.CreateFilterScope("entityFrameworkOutbox").Add("dbContext", typeof(TDbContext).Name);
}

/// <summary>Stands for a context on endpoints that find duplicates by themselves.</summary>
internal sealed class WithoutDuplicateDetection<TDbContext>
    where TDbContext : DbContext;

/// <summary>Has MassTransit's outbox filter run deliveries without the inbox.</summary>
internal sealed class WithoutDuplicateDetectionFactory<TDbContext>(DeliveryRunner<TDbContext> runner)
    : IOutboxContextFactory<WithoutDuplicateDetection<TDbContext>>
    where TDbContext : DbContext
{
    public Task Send<T>(ConsumeContext<T> context, OutboxConsumeOptions options, IPipe<OutboxConsumeContext<T>> next)
        where T : class => runner.RunAsync(context, options, next, detectsDuplicates: false);

    public void Probe(ProbeContext context) =>
        context.CreateFilterScope("entityFrameworkOutbox").Add("dbContext", typeof(TDbContext).Name);
}
