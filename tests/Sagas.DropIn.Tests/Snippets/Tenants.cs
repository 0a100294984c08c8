using MassTransit;
using Microsoft.AspNetCore.Builder;
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
        tenant.Name = context.Headers.Get<string>("Tenant")
            ?? throw new InvalidOperationException("The message names no tenant.");
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
                endpoint.UseMessageRetry(retry => retry.Intervals(100, 500, 1000));
                endpoint.UseConsumeFilter(typeof(TenantFilter<>), context);    // before the outbox, which needs it
                endpoint.UseEntityFrameworkOutbox<ShopDbContext>(context);
            });
            bus.UsingRabbitMq((context, rabbit) => rabbit.ConfigureEndpoints(context));
        });
    }

    public static void MapOrders(WebApplication app)
    {
        app.Use((http, next) =>
        {
            http.RequestServices.GetRequiredService<Tenant>().Name = http.User.FindFirst("tenant")?.Value ?? "";
            return next(http);
        });
        app.MapPost("/orders", async (SubmitOrder order, Tenant tenant, IPublishEndpoint bus, ShopDbContext shop) =>
        {
            await bus.Publish(order, context => context.Headers.Set("Tenant", tenant.Name));
            await shop.SaveChangesAsync();
        });
    }
}
