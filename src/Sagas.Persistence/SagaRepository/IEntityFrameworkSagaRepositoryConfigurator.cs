using Microsoft.EntityFrameworkCore;

namespace MassTransit;

/// <summary>Configures where sagas are stored.</summary>
public interface IEntityFrameworkSagaRepositoryConfigurator
{
    /// <summary>
    /// How two deliveries for one saga are kept apart. The default is <see cref="ConcurrencyMode.Pessimistic"/>.
    /// </summary>
    ConcurrencyMode ConcurrencyMode { set; }

    /// <summary>Stores the sagas in a context that is registered already.</summary>
    /// <typeparam name="TContext">The context, whose model has the sagas.</typeparam>
    void ExistingDbContext<TContext>()
        where TContext : DbContext;

    /// <summary>Stores the sagas in a context that is registered here.</summary>
    /// <typeparam name="TContext">The type by which the context is resolved.</typeparam>
    /// <typeparam name="TImplementation">The context itself, whose model has the sagas.</typeparam>
    /// <param name="configure">Configures the context.</param>
    void AddDbContext<TContext, TImplementation>(
        Action<IServiceProvider, DbContextOptionsBuilder<TImplementation>>? configure = null)
        where TContext : DbContext
        where TImplementation : DbContext, TContext;
}

/// <summary>Configures where the sagas of one type are stored.</summary>
/// <typeparam name="TSaga">The saga.</typeparam>
public interface IEntityFrameworkSagaRepositoryConfigurator<TSaga> : IEntityFrameworkSagaRepositoryConfigurator
    where TSaga : class, ISaga;
