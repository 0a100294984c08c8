using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sagas.DropIn.Tests.Snippets;

public sealed class Tenant
{
    public string Name { get; set; } = "";
}

public sealed class TenantFilter<T>(Tenant tenant) : IFilter<ConsumeContext<T>>
    where T : class
{
    public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        tenant.Name = context.Headers.Get<string>("Tenant") ?? throw new InvalidOperationException("The message names no tenant.");
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("tenant");
}

public static class Tenants
{
    public static void AddOrders(IServiceCollection services, IReadOnlyDictionary<string, string> tenants)
    {
        services.AddScoped<Tenant>();
        services.AddDbContext<ShopDbContext>((provider, options) =>
            options.UseNpgsql(tenants[provider.GetRequiredService<Tenant>().Name]));
        services.AddMassTransit(bus =>
        {
            bus.AddEntityFrameworkOutbox<ShopDbContext>(outbox =>
            {
                outbox.UseBusOutbox();
                outbox.UseDatabases(
                    (provider, cancellationToken) => Task.FromResult<IReadOnlyCollection<string>>([.. tenants.Keys]),
                    (scope, name) => scope.GetRequiredService<Tenant>().Name = name);
            });
            bus.AddConfigureEndpointsCallback((context, _, endpoint) =>
            {
                endpoint.UseConsumeFilter(typeof(TenantFilter<>), context);    // sets the scope's tenant from a header
                endpoint.UseEntityFrameworkOutbox<ShopDbContext>(context);
            });
        });
    }
}
