using MassTransit.Configuration;
using Sagas.Persistence;

namespace MassTransit;

/// <summary>Stores sagas in PostgreSQL or SQLite through EF Core.</summary>
public static class EntityFrameworkSagaRepositoryExtensions
{
    /// <summary>Stores the saga in the context that <paramref name="configure"/> names.</summary>
    /// <typeparam name="TSaga">The saga.</typeparam>
    /// <param name="configurator">The saga's registration.</param>
    /// <param name="configure">Names the context.</param>
    /// <exception cref="ConfigurationException">No context was named.</exception>
    public static ISagaRegistrationConfigurator<TSaga> EntityFrameworkRepository<TSaga>(
        this ISagaRegistrationConfigurator<TSaga> configurator,
        Action<IEntityFrameworkSagaRepositoryConfigurator<TSaga>> configure)
        where TSaga : class, ISaga
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(configure);

        var repository = new EntityFrameworkSagaRepositoryConfigurator<TSaga>();
        configure(repository);
        configurator.Repository(repository.Register);
        return configurator;
    }

    /// <summary>
    /// Stores every saga that names no repository of its own in the context that <paramref name="configure"/> names.
    /// </summary>
    /// <param name="configurator">The bus registration.</param>
    /// <param name="configure">Names the context.</param>
    public static void SetEntityFrameworkSagaRepositoryProvider(
        this IRegistrationConfigurator configurator,
        Action<IEntityFrameworkSagaRepositoryConfigurator> configure)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(configure);

        configurator.SetSagaRepositoryProvider(new Provider(configure));
    }

    private sealed class Provider(Action<IEntityFrameworkSagaRepositoryConfigurator> configure)
        : ISagaRepositoryRegistrationProvider
    {
        public void Configure<TSaga>(ISagaRegistrationConfigurator<TSaga> configurator)
            where TSaga : class, ISaga
        {
            configurator.EntityFrameworkRepository(configure);
        }
    }
}
