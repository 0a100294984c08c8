using MassTransit.Configuration;
using Sagas.Persistence;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
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

    /// <summary>
    /// Stores the sagas of job consumers in the context that <paramref name="configure"/> names, for instance
    /// <see cref="JobServiceSagaDbContext"/>.
    /// </summary>
    /// <param name="configurator">The sagas' registration.</param>
    /// <param name="configure">Names the context.</param>
    /// <exception cref="ConfigurationException">No context was named.</exception>
    public static IJobSagaRegistrationConfigurator EntityFrameworkRepository(
        this IJobSagaRegistrationConfigurator configurator,
        Action<IEntityFrameworkSagaRepositoryConfigurator>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configurator);

        configurator.UseRepositoryRegistrationProvider(new Provider(configure ?? (_ => { })));
        return configurator;
    }

    /// <summary>Stores the sagas of job consumers of a service instance in contexts that a function makes.</summary>
    /// <param name="configurator">The job service.</param>
    /// <param name="contextFactory">Makes the context.</param>
    /// <param name="lockStatementProvider">One of your own is executed before the repository's own lock.</param>
    public static void UseEntityFrameworkCoreSagaRepository(
        this IJobServiceConfigurator configurator,
        Func<JobServiceSagaDbContext> contextFactory,
        ILockStatementProvider? lockStatementProvider = null)
    {
        ArgumentNullException.ThrowIfNull(configurator);

        configurator.Repository =
            EntityFrameworkSagaRepository<JobTypeSaga>.CreatePessimistic(contextFactory, lockStatementProvider);
        configurator.JobRepository =
            EntityFrameworkSagaRepository<JobSaga>.CreatePessimistic(contextFactory, lockStatementProvider);
        configurator.JobAttemptRepository =
            EntityFrameworkSagaRepository<JobAttemptSaga>.CreatePessimistic(contextFactory, lockStatementProvider);
    }

    /// <summary>
    /// The context uses PostgreSQL. Not needed, since the context says so itself; where it is stated and is wrong, the start
    /// fails.
    /// </summary>
    /// <typeparam name="TSaga">The saga.</typeparam>
    /// <param name="configurator">The repository.</param>
    public static IEntityFrameworkSagaRepositoryConfigurator<TSaga> UsePostgres<TSaga>(
        this IEntityFrameworkSagaRepositoryConfigurator<TSaga> configurator)
        where TSaga : class, ISaga
    {
        ArgumentNullException.ThrowIfNull(configurator);

        configurator.LockStatementProvider = new PostgresLockStatementProvider();
        return configurator;
    }

    /// <inheritdoc cref="UsePostgres{TSaga}(IEntityFrameworkSagaRepositoryConfigurator{TSaga})" />
    /// <typeparam name="TSaga">The saga.</typeparam>
    /// <param name="configurator">The repository.</param>
    /// <param name="schemaName">The schema of a table for which the model names none, in a lock statement.</param>
    public static IEntityFrameworkSagaRepositoryConfigurator<TSaga> UsePostgres<TSaga>(
        this IEntityFrameworkSagaRepositoryConfigurator<TSaga> configurator,
        string schemaName)
        where TSaga : class, ISaga
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(schemaName);

        configurator.LockStatementProvider = new PostgresLockStatementProvider(schemaName);
        return configurator;
    }

    /// <inheritdoc cref="UsePostgres{TSaga}(IEntityFrameworkSagaRepositoryConfigurator{TSaga})" />
    /// <param name="configurator">The repository.</param>
    public static IEntityFrameworkSagaRepositoryConfigurator UsePostgres(
        this IEntityFrameworkSagaRepositoryConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);

        configurator.LockStatementProvider = new PostgresLockStatementProvider();
        return configurator;
    }

    /// <inheritdoc cref="UsePostgres{TSaga}(IEntityFrameworkSagaRepositoryConfigurator{TSaga})" />
    /// <param name="configurator">The repository.</param>
    /// <param name="schemaName">The schema of a table for which the model names none, in a lock statement.</param>
    public static IEntityFrameworkSagaRepositoryConfigurator UsePostgres(
        this IEntityFrameworkSagaRepositoryConfigurator configurator,
        string schemaName)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(schemaName);

        configurator.LockStatementProvider = new PostgresLockStatementProvider(schemaName);
        return configurator;
    }

    /// <summary>
    /// The context uses SQLite. Not needed, since the context says so itself; where it is stated and is wrong, the start fails.
    /// </summary>
    /// <typeparam name="TSaga">The saga.</typeparam>
    /// <param name="configurator">The repository.</param>
    public static IEntityFrameworkSagaRepositoryConfigurator<TSaga> UseSqlite<TSaga>(
        this IEntityFrameworkSagaRepositoryConfigurator<TSaga> configurator)
        where TSaga : class, ISaga
    {
        ArgumentNullException.ThrowIfNull(configurator);

        configurator.LockStatementProvider = new SqliteLockStatementProvider();
        return configurator;
    }

    /// <inheritdoc cref="UseSqlite{TSaga}(IEntityFrameworkSagaRepositoryConfigurator{TSaga})" />
    /// <param name="configurator">The repository.</param>
    public static IEntityFrameworkSagaRepositoryConfigurator UseSqlite(
        this IEntityFrameworkSagaRepositoryConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);

        configurator.LockStatementProvider = new SqliteLockStatementProvider();
        return configurator;
    }

    /// <summary>
    /// For code that chooses among databases: sagas are not stored in SQL Server, so that a context that uses it fails the
    /// start.
    /// </summary>
    /// <typeparam name="TSaga">The saga.</typeparam>
    /// <param name="configurator">The repository.</param>
    public static IEntityFrameworkSagaRepositoryConfigurator<TSaga> UseSqlServer<TSaga>(
        this IEntityFrameworkSagaRepositoryConfigurator<TSaga> configurator)
        where TSaga : class, ISaga
    {
        ArgumentNullException.ThrowIfNull(configurator);

        configurator.LockStatementProvider = new SqlServerLockStatementProvider();
        return configurator;
    }

    /// <inheritdoc cref="UseSqlServer{TSaga}(IEntityFrameworkSagaRepositoryConfigurator{TSaga})" />
    /// <typeparam name="TSaga">The saga.</typeparam>
    /// <param name="configurator">The repository.</param>
    /// <param name="schemaName">The schema of a table for which the model names none, in a lock statement.</param>
    public static IEntityFrameworkSagaRepositoryConfigurator<TSaga> UseSqlServer<TSaga>(
        this IEntityFrameworkSagaRepositoryConfigurator<TSaga> configurator,
        string schemaName)
        where TSaga : class, ISaga
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(schemaName);

        configurator.LockStatementProvider = new SqlServerLockStatementProvider(schemaName);
        return configurator;
    }

    /// <inheritdoc cref="UseSqlServer{TSaga}(IEntityFrameworkSagaRepositoryConfigurator{TSaga})" />
    /// <param name="configurator">The repository.</param>
    public static IEntityFrameworkSagaRepositoryConfigurator UseSqlServer(
        this IEntityFrameworkSagaRepositoryConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);

        configurator.LockStatementProvider = new SqlServerLockStatementProvider();
        return configurator;
    }

    /// <inheritdoc cref="UseSqlServer{TSaga}(IEntityFrameworkSagaRepositoryConfigurator{TSaga})" />
    /// <param name="configurator">The repository.</param>
    /// <param name="schemaName">The schema of a table for which the model names none, in a lock statement.</param>
    public static IEntityFrameworkSagaRepositoryConfigurator UseSqlServer(
        this IEntityFrameworkSagaRepositoryConfigurator configurator,
        string schemaName)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(schemaName);

        configurator.LockStatementProvider = new SqlServerLockStatementProvider(schemaName);
        return configurator;
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
