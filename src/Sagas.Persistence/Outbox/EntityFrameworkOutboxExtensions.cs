using MassTransit.Configuration;
using MassTransit.DependencyInjection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Persistence;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.Outbox;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>The transactional inbox and outbox, kept in the tables of an EF Core context.</summary>
public static class EntityFrameworkOutboxExtensions
{
    /// <summary>
    /// Adds the inbox and outbox of a context, whose model must have <see cref="InboxState"/> and <see
    /// cref="OutboxMessage"/>: the dispatcher, which sends what a crash left, and the deletion of old rows.
    /// </summary>
    /// <typeparam name="TDbContext">The context.</typeparam>
    /// <param name="configurator">The bus registration.</param>
    /// <param name="configure">Configures it.</param>
    /// <exception cref="ConfigurationException">The bus is one of a type of its own.</exception>
    public static void AddEntityFrameworkOutbox<TDbContext>(
        this IBusRegistrationConfigurator configurator,
        Action<IEntityFrameworkOutboxConfigurator>? configure = null)
        where TDbContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(configurator);
        if (IsOfAnotherBus(configurator))
        {
            throw new ConfigurationException(
                $"AddEntityFrameworkOutbox<{typeof(TDbContext).Name}> is called for a bus of its own type, which has "
                + "no outbox here. Call it in AddMassTransit(...), without a type.");
        }

        var outbox = new EntityFrameworkOutboxConfigurator<TDbContext>(configurator);
        outbox.Register();
        configure?.Invoke(outbox);
    }

    /// <summary>
    /// Runs every delivery of the endpoint's consumers and sagas in one transaction of the context: the inbox, their
    /// changes and what they send commit together. Configure retries before this, so that each try has a transaction of
    /// its own.
    /// </summary>
    /// <typeparam name="TDbContext">The context, for which <see cref="AddEntityFrameworkOutbox"/> was
    /// called.</typeparam>
    /// <param name="configurator">The endpoint.</param>
    /// <param name="context">The bus registration's context.</param>
    /// <param name="configure">Configures it.</param>
    public static void UseEntityFrameworkOutbox<TDbContext>(
        this IReceiveEndpointConfigurator configurator,
        IRegistrationContext context,
        Action<IEntityFrameworkOutboxEndpointConfigurator>? configure = null)
        where TDbContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(context);

        Use<TDbContext>(configurator, context, configure);
    }

    /// <summary>As the overload with the registration's context, which knows the bus, for definitions that have none.</summary>
    /// <typeparam name="TDbContext">The context, for which <see cref="AddEntityFrameworkOutbox"/> was
    /// called.</typeparam>
    /// <param name="configurator">The endpoint.</param>
    /// <param name="provider">The services.</param>
    /// <param name="configure">Configures it.</param>
    [Obsolete("Use the overload with an IRegistrationContext.")]
    public static void UseEntityFrameworkOutbox<TDbContext>(
        this IReceiveEndpointConfigurator configurator,
        IServiceProvider provider,
        Action<IEntityFrameworkOutboxEndpointConfigurator>? configure = null)
        where TDbContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(provider);

        Use<TDbContext>(configurator, provider, configure);
    }

    /// <summary>
    /// The context uses PostgreSQL. Not needed, since the context says so itself; where it is stated and is wrong, the start
    /// fails.
    /// </summary>
    /// <param name="configurator">The outbox.</param>
    public static IEntityFrameworkOutboxConfigurator UsePostgres(
        this IEntityFrameworkOutboxConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);

        configurator.LockStatementProvider = new PostgresLockStatementProvider();
        return configurator;
    }

    /// <inheritdoc cref="UsePostgres(IEntityFrameworkOutboxConfigurator)" />
    /// <param name="configurator">The outbox.</param>
    /// <param name="enableSchemaCaching">Is ignored.</param>
    public static IEntityFrameworkOutboxConfigurator UsePostgres(
        this IEntityFrameworkOutboxConfigurator configurator,
        bool enableSchemaCaching)
    {
        ArgumentNullException.ThrowIfNull(configurator);

        configurator.LockStatementProvider = new PostgresLockStatementProvider(enableSchemaCaching);
        return configurator;
    }

    /// <summary>
    /// The context uses SQLite. Not needed, since the context says so itself; where it is stated and is wrong, the start fails.
    /// </summary>
    /// <param name="configurator">The outbox.</param>
    public static IEntityFrameworkOutboxConfigurator UseSqlite(
        this IEntityFrameworkOutboxConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);

        configurator.LockStatementProvider = new SqliteLockStatementProvider();
        return configurator;
    }

    /// <inheritdoc cref="UseSqlite(IEntityFrameworkOutboxConfigurator)" />
    /// <param name="configurator">The outbox.</param>
    /// <param name="enableSchemaCaching">Is ignored.</param>
    public static IEntityFrameworkOutboxConfigurator UseSqlite(
        this IEntityFrameworkOutboxConfigurator configurator,
        bool enableSchemaCaching)
    {
        ArgumentNullException.ThrowIfNull(configurator);

        configurator.LockStatementProvider = new SqliteLockStatementProvider(enableSchemaCaching);
        return configurator;
    }

    /// <summary>
    /// For code that chooses among databases: the outbox is not kept in SQL Server, so that a context that uses it fails the
    /// start.
    /// </summary>
    /// <param name="configurator">The outbox.</param>
    public static IEntityFrameworkOutboxConfigurator UseSqlServer(
        this IEntityFrameworkOutboxConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);

        configurator.LockStatementProvider = new SqlServerLockStatementProvider();
        return configurator;
    }

    /// <inheritdoc cref="UseSqlServer(IEntityFrameworkOutboxConfigurator)" />
    /// <param name="configurator">The outbox.</param>
    /// <param name="enableSchemaCaching">Is ignored.</param>
    public static IEntityFrameworkOutboxConfigurator UseSqlServer(
        this IEntityFrameworkOutboxConfigurator configurator,
        bool enableSchemaCaching)
    {
        ArgumentNullException.ThrowIfNull(configurator);

        configurator.LockStatementProvider = new SqlServerLockStatementProvider(enableSchemaCaching);
        return configurator;
    }

    private static void Use<TDbContext>(
        IReceiveEndpointConfigurator configurator,
        IServiceProvider provider,
        Action<IEntityFrameworkOutboxEndpointConfigurator>? configure)
        where TDbContext : DbContext
    {
        var name = typeof(TDbContext).Name;
        var settings = provider.GetService<OutboxSettings<TDbContext>>() ?? throw new ConfigurationException(
            $"UseEntityFrameworkOutbox<{name}> needs AddEntityFrameworkOutbox<{name}>() in AddMassTransit.");
        var endpoint = new EndpointConfigurator { MessageDeliveryTimeout = settings.Options.MessageDeliveryTimeout };
        configure?.Invoke(endpoint);
        if (endpoint.DuplicateDetection)
        {
            Connect<TDbContext>(configurator, provider, endpoint);
        }
        else
        {
            Connect<WithoutDuplicateDetection<TDbContext>>(configurator, provider, endpoint);
        }
    }

    private static bool IsOfAnotherBus(IBusRegistrationConfigurator configurator)
    {
        return configurator.GetType().GetInterfaces().Any(type =>
            type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IBusRegistrationConfigurator<>));
    }

    private static void Connect<TContext>(
        IReceiveEndpointConfigurator configurator,
        IServiceProvider provider,
        EndpointConfigurator endpoint)
        where TContext : class
    {
        var observer = provider is IRegistrationContext context
            ? new OutboxConsumePipeSpecificationObserver<TContext>(configurator, context)
            : new OutboxConsumePipeSpecificationObserver<TContext>(
                configurator, provider, LegacySetScopedConsumeContext.Instance);
        observer.MessageDeliveryTimeout = endpoint.MessageDeliveryTimeout;
        configurator.ConnectConsumerConfigurationObserver(observer);
        configurator.ConnectSagaConfigurationObserver(observer);
    }

    private sealed class EndpointConfigurator : IEntityFrameworkOutboxEndpointConfigurator
    {
        public bool DuplicateDetection { get; set; } = true;

        public TimeSpan MessageDeliveryTimeout { get; set; }

        public int MessageDeliveryLimit
        {
            set { }
        }
    }
}
