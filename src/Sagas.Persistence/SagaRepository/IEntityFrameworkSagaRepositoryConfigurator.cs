using System.Data;
using Microsoft.EntityFrameworkCore;

namespace MassTransit;

/// <summary>Configures where sagas are stored.</summary>
public interface IEntityFrameworkSagaRepositoryConfigurator
{
    /// <summary>
    /// How two deliveries for one saga are kept apart. The default is <see cref="ConcurrencyMode.Pessimistic"/>: the
    /// saga's row is locked. <see cref="ConcurrencyMode.Optimistic"/> needs a concurrency token in the saga's map; a
    /// number is counted up by the repository, unless the saga does it itself.
    /// </summary>
    ConcurrencyMode ConcurrencyMode { set; }

    /// <summary>
    /// The isolation level of a delivery's transaction. The default is <see cref="IsolationLevel.ReadCommitted"/> in
    /// both modes. On an endpoint with UseEntityFrameworkOutbox the outbox's level holds, whose transaction it is.
    /// </summary>
    IsolationLevel IsolationLevel { set; }

    /// <summary>
    /// The context uses PostgreSQL. Not needed, since the context says so itself; where it is stated and is wrong, the
    /// start fails.
    /// </summary>
    IEntityFrameworkSagaRepositoryConfigurator UsePostgres();

    /// <summary>The context uses SQLite. See <see cref="UsePostgres"/>.</summary>
    IEntityFrameworkSagaRepositoryConfigurator UseSqlite();

    /// <summary>Stores the sagas in a context that is registered already.</summary>
    /// <typeparam name="TContext">The context, whose model has the sagas.</typeparam>
    void ExistingDbContext<TContext>()
        where TContext : DbContext;

    /// <summary>Stores the sagas in a context that is registered here.</summary>
    /// <typeparam name="TContext">The type by which the context is resolved.</typeparam>
    /// <typeparam name="TImplementation">The context itself, whose model has the sagas.</typeparam>
    /// <param name="optionsAction">Configures the context.</param>
    void AddDbContext<TContext, TImplementation>(
        Action<IServiceProvider, DbContextOptionsBuilder<TImplementation>>? optionsAction = null)
        where TContext : DbContext
        where TImplementation : DbContext, TContext;
}
