using MassTransit;
using MassTransit.DependencyInjection;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Sagas.Persistence;

/// <summary>Collects how one context's outbox works, and registers it.</summary>
internal sealed class EntityFrameworkOutboxConfigurator<TDbContext>(IServiceCollection services)
    : IEntityFrameworkOutboxConfigurator
    where TDbContext : DbContext
{
    public TimeSpan QueryDelay
    {
        set => Configure(options => options.QueryDelay = value);
    }

    public int QueryMessageLimit
    {
        set => Configure(options => options.QueryMessageLimit = value);
    }

    public TimeSpan MessageDeliveryTimeout
    {
        set => Configure(options => options.MessageDeliveryTimeout = value);
    }

    public TimeSpan DuplicateDetectionWindow
    {
        set => Configure(options => options.DuplicateDetectionWindow = value);
    }

    public void UsePostgres()
    {
        services.AddHostedService(provider => new ProviderCheck<TDbContext>(
            provider.GetRequiredService<IServiceScopeFactory>(), nameof(UsePostgres), context => context.IsNpgsql()));
    }

    public void UseSqlite()
    {
        services.AddHostedService(provider => new ProviderCheck<TDbContext>(
            provider.GetRequiredService<IServiceScopeFactory>(), nameof(UseSqlite), context => context.IsSqlite()));
    }

    public void UseBusOutbox()
    {
        services.TryAddScoped<BusOutboxContext<TDbContext>>();
        services.Replace(
            ServiceDescriptor.Scoped<IScopedBusContextProvider<IBus>, BusOutboxContextProvider<TDbContext>>());
    }

    public void DisableInboxCleanupService()
    {
        Configure(options => options.InboxCleanup = false);
    }

    public void Configure(Action<OutboxOptions> configure)
    {
        services.Configure(OutboxSettings<TDbContext>.Name, configure);
    }

    public void Register()
    {
        services.AddDeliveryServices();
        services.AddOptions<OutboxOptions>(OutboxSettings<TDbContext>.Name)
            .PostConfigure<IServiceProvider>((options, provider) =>
                provider.GetService<IConfiguration>()?.GetSection(OutboxOptionsValidator.Section).Bind(options))
            .ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<OutboxOptions>, OutboxOptionsValidator>());
        services.TryAddSingleton<OutboxSettings<TDbContext>>();
        services.TryAddSingleton<OutboxStore<TDbContext>>();
        services.TryAddSingleton<OutboxWakeSignal<TDbContext>>();
        services.TryAddSingleton<IDirectSender, DirectSender>();
        services.TryAddSingleton<IOutboxTransport, BusOutboxTransport>();
        services.TryAddScoped<DeliveryContextFactory<TDbContext>>();
        services.TryAddScoped<IOutboxContextFactory<TDbContext>>(
            provider => provider.GetRequiredService<DeliveryContextFactory<TDbContext>>());
        services.TryAddScoped<
            IOutboxContextFactory<WithoutDuplicateDetection<TDbContext>>,
            WithoutDuplicateDetectionFactory<TDbContext>>();
        services.TryAddSingleton<OutboxCleaner<TDbContext>>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<OutboxCleaner<TDbContext>>());
        services.AddHostedService<OutboxDispatcher<TDbContext>>();
        services.AddHostedService<InboxCleanupService<TDbContext>>();
    }
}
