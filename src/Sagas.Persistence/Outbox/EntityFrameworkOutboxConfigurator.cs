using System.Data;
using MassTransit;
using MassTransit.DependencyInjection;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.Delivery.Sharing;
using Sagas.Persistence.Inbox;
using Sagas.Persistence.SagaRepository.Locks;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Outbox;

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

    public TimeSpan QueryTimeout
    {
        set => Configure(options => options.QueryTimeout = value);
    }

    public TimeSpan MessageDeliveryTimeout
    {
        set => Configure(options => options.MessageDeliveryTimeout = value);
    }

    public TimeSpan DuplicateDetectionWindow
    {
        set => Configure(options => options.DuplicateDetectionWindow = value);
    }

    public IsolationLevel IsolationLevel
    {
        set => Configure(options => options.IsolationLevel = value);
    }

    public ILockStatementProvider LockStatementProvider
    {
        set => Check(value);
    }

    public void UseBusOutbox(Action<IEntityFrameworkBusOutboxConfigurator>? configure = null)
    {
        services.TryAddScoped<BusOutboxContext<TDbContext>>();
        services.Replace(ServiceDescriptor.Scoped<IBusOutbox>(
            provider => provider.GetRequiredService<BusOutboxContext<TDbContext>>()));
        configure?.Invoke(new BusOutboxConfigurator(this));
    }

    public void UseDatabases(
        Func<IServiceProvider, CancellationToken, Task<IReadOnlyCollection<string>>> list,
        Action<IServiceProvider, string> use)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(use);
        services.Replace(ServiceDescriptor.Singleton(new NamedDatabases<TDbContext>(list, use)));
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
        services.AddSingleton<IPostConfigureOptions<OutboxOptions>, OutboxServiceOptions<TDbContext>>();
        services.AddSectionOptions<OutboxOptions>(OutboxOptions.Section, OutboxSettings<TDbContext>.Name);
        services.TryAddSingleton<OutboxSettings<TDbContext>>();
        services.TryAddSingleton<OutboxDatabases<TDbContext>>();
        services.TryAddSingleton<OutboxStore<TDbContext>>();
        services.TryAddSingleton<OutboxWakeSignal<TDbContext>>();
        services.TryAddSingleton<FailedSends<TDbContext>>();
        services.TryAddSingleton<DeliverySettlement<TDbContext>>();
        services.TryAddSingleton<SendObjections>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ISendObserver, SendObjections>(
            provider => provider.GetRequiredService<SendObjections>()));
        services.TryAddSingleton<CapturedMessageSender>();
        services.TryAddSingleton<IDirectSender, DirectSender>();
        services.TryAddSingleton<IOutboxTransport, BusOutboxTransport>();
        services.Replace(ServiceDescriptor.Scoped<IScopedBusContextProvider<IBus>, CurrentBusContextProvider>());
        services.TryAddSingleton<DeliveryGroups<TDbContext>>();
        services.TryAddScoped<DeliveryRunner<TDbContext>>();
        services.TryAddScoped<IOutboxContextFactory<TDbContext>, DeliveryContextFactory<TDbContext>>();
        services.TryAddScoped<
            IOutboxContextFactory<WithoutDuplicateDetection<TDbContext>>,
            WithoutDuplicateDetectionFactory<TDbContext>>();
        services.TryAddSingleton<OutboxCleaner<TDbContext>>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<OutboxCleaner<TDbContext>>());
        services.TryAddSingleton<OutboxFollowers<TDbContext>>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<OutboxFollowers<TDbContext>>());
        services.AddHostedService<OutboxModelCheck<TDbContext>>();
        services.AddHostedService<OutboxDispatcher<TDbContext>>();
        services.AddHostedService<InboxCleanupService<TDbContext>>();
    }

    private void Check(ILockStatementProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);

        if (!LockProviders.IsKnown(provider) || LockProviders.StatementOf(provider) is not var (statement, isRight))
        {
            throw new ConfigurationException(
                $"AddEntityFrameworkOutbox<{typeof(TDbContext).Name}> is given {provider.GetType().Name}, whose statements the "
                + "outbox does not use: it takes its locks by itself. Leave LockStatementProvider out.");
        }

        services.AddHostedService(host => new ProviderCheck<TDbContext>(
            host.GetRequiredService<IServiceScopeFactory>(),
            host.GetRequiredService<SqlDialects>(),
            $"AddEntityFrameworkOutbox<{typeof(TDbContext).Name}>",
            statement,
            isRight));
    }

    private sealed class BusOutboxConfigurator(EntityFrameworkOutboxConfigurator<TDbContext> outbox)
        : IEntityFrameworkBusOutboxConfigurator
    {
        private TimeSpan _messageDeliveryTimeout = new OutboxOptions().MessageDeliveryTimeout;

        public int MessageDeliveryLimit
        {
            set { }
        }

        public TimeSpan MessageDeliveryTimeout
        {
            get => _messageDeliveryTimeout;
            set
            {
                _messageDeliveryTimeout = value;
                outbox.MessageDeliveryTimeout = value;
            }
        }

        public void UseBulkDeliveryService()
        {
        }

        public void DisableDeliveryService()
        {
            outbox.Configure(options => options.Dispatches = false);
        }
    }
}
