using MassTransit.Configuration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Persistence;

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
    public static void AddEntityFrameworkOutbox<TDbContext>(
        this IBusRegistrationConfigurator configurator,
        Action<IEntityFrameworkOutboxConfigurator>? configure = null)
        where TDbContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(configurator);

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

        var name = typeof(TDbContext).Name;
        var settings = context.GetService<OutboxSettings<TDbContext>>() ?? throw new ConfigurationException(
            $"UseEntityFrameworkOutbox<{name}> needs AddEntityFrameworkOutbox<{name}>() in AddMassTransit.");
        var endpoint = new EndpointConfigurator();
        configure?.Invoke(endpoint);
        if (endpoint.DuplicateDetection)
        {
            Connect<TDbContext>(configurator, context, settings.Options);
        }
        else
        {
            Connect<WithoutDuplicateDetection<TDbContext>>(configurator, context, settings.Options);
        }
    }

    private static void Connect<TContext>(
        IReceiveEndpointConfigurator configurator,
        IRegistrationContext context,
        OutboxOptions options)
        where TContext : class
    {
        var observer = new OutboxConsumePipeSpecificationObserver<TContext>(configurator, context)
        {
            MessageDeliveryTimeout = options.MessageDeliveryTimeout,
        };
        configurator.ConnectConsumerConfigurationObserver(observer);
        configurator.ConnectSagaConfigurationObserver(observer);
    }

    private sealed class EndpointConfigurator : IEntityFrameworkOutboxEndpointConfigurator
    {
        public bool DuplicateDetection { get; set; } = true;
    }
}
