using System.Data;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>Configures where sagas are stored.</summary>
public interface IEntityFrameworkSagaRepositoryConfigurator
{
    /// <summary>
    /// How two deliveries for one saga are kept apart. The default is <see cref="ConcurrencyMode.Pessimistic"/>: the
    /// saga's row is locked. <see cref="ConcurrencyMode.Optimistic"/> is for a saga with a concurrency token in its map;
    /// a number is counted up by the repository, unless the saga does it itself. A saga without a token is locked.
    /// </summary>
    ConcurrencyMode ConcurrencyMode { set; }

    /// <summary>
    /// The isolation level of a delivery's transaction. The default is <see cref="IsolationLevel.ReadCommitted"/> in
    /// both modes. On an endpoint with UseEntityFrameworkOutbox the outbox's level holds, whose transaction it is.
    /// </summary>
    IsolationLevel IsolationLevel { set; }

    /// <summary>
    /// Says which database the context uses, as UsePostgres() and UseSqlite() do. Not needed, since the context says so
    /// itself; where it is stated and is wrong, the start fails. The rows are locked by the repository itself. A provider of
    /// your own has its statement executed before that, in the pessimistic mode.
    /// </summary>
    ILockStatementProvider LockStatementProvider { set; }

    /// <summary>As <see cref="ConcurrencyMode"/>.Optimistic.</summary>
    /// <param name="useTransaction">Is ignored: a delivery is one transaction always.</param>
    void SetOptimisticConcurrency(bool useTransaction = true);

    /// <summary>
    /// Stores the sagas in contexts that a function makes, one for each delivery, which disposes of it. On an endpoint with
    /// UseEntityFrameworkOutbox it must make the outbox's context over the outbox's database, and the delivery uses its own.
    /// </summary>
    /// <param name="databaseFactory">Makes the context.</param>
    void DatabaseFactory(Func<DbContext> databaseFactory);

    /// <inheritdoc cref="DatabaseFactory(Func{DbContext})" />
    /// <param name="databaseFactory">Makes the function, with the services of the delivery's scope.</param>
    void DatabaseFactory(Func<IServiceProvider, Func<DbContext>> databaseFactory);

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
