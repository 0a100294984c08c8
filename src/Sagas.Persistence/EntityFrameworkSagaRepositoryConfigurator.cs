using System.Data;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.SagaRepository;
using Sagas.Persistence.SagaRepository.Locks;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence;

/// <summary>Collects how the sagas of one type are stored, and registers it.</summary>
/// <typeparam name="TSaga">The saga.</typeparam>
public sealed class EntityFrameworkSagaRepositoryConfigurator<TSaga>
    : IEntityFrameworkSagaRepositoryConfigurator<TSaga>
    where TSaga : class, ISaga
{
    private Action<IServiceCollection>? _addContext;
    private Action<IServiceCollection>? _addRepository;
    private ILockStatementProvider? _locks;
    private Func<IQueryable<TSaga>, IQueryable<TSaga>>? _query;

    /// <inheritdoc />
    public ConcurrencyMode ConcurrencyMode { get; set; } = ConcurrencyMode.Pessimistic;

    /// <inheritdoc />
    public IsolationLevel IsolationLevel { get; set; } = IsolationLevel.ReadCommitted;

    /// <inheritdoc />
    public ILockStatementProvider LockStatementProvider
    {
        set => _locks = value;
    }

    private SagaRepositorySettings<TSaga> Settings => new(ConcurrencyMode, IsolationLevel, _query, _locks);

    /// <inheritdoc />
    public void SetOptimisticConcurrency(bool useTransaction = true)
    {
        ConcurrencyMode = ConcurrencyMode.Optimistic;
    }

    /// <inheritdoc />
    public void ConfigureTransaction(bool isEnabled)
    {
    }

    /// <inheritdoc />
    public void CustomizeQuery(Func<IQueryable<TSaga>, IQueryable<TSaga>> queryCustomization)
    {
        ArgumentNullException.ThrowIfNull(queryCustomization);

        _query = queryCustomization;
    }

    /// <inheritdoc />
    public void ExistingDbContext<TContext>()
        where TContext : DbContext
    {
        _addContext = null;
        _addRepository = services =>
        {
            services.AddSingleton(Settings);
            services.RegisterLoadSagaRepository<TSaga, SagaRepositoryContextFactory<TSaga, TContext>>();
            services.RegisterQuerySagaRepository<TSaga, SagaRepositoryContextFactory<TSaga, TContext>>();
            services.RegisterSagaRepository<
                TSaga,
                TContext,
                SagaConsumeContextFactory<TContext, TSaga>,
                SagaRepositoryContextFactory<TSaga, TContext>>();
            if (_locks is not null && LockProviders.StatementOf(_locks) is var (statement, isRight))
            {
                services.AddHostedService(provider => new ProviderCheck<TContext>(
                    provider.GetRequiredService<IServiceScopeFactory>(),
                    provider.GetRequiredService<SqlDialects>(),
                    $"EntityFrameworkRepository of {typeof(TSaga).Name}",
                    statement,
                    isRight));
            }
        };
    }

    /// <inheritdoc />
    public void DatabaseFactory(Func<DbContext> databaseFactory)
    {
        ArgumentNullException.ThrowIfNull(databaseFactory);

        DatabaseFactory(_ => databaseFactory);
    }

    /// <inheritdoc />
    public void DatabaseFactory(Func<IServiceProvider, Func<DbContext>> databaseFactory)
    {
        ArgumentNullException.ThrowIfNull(databaseFactory);

        _addContext = services => services.TryAddScoped<ISagaDbContextFactory<TSaga>>(
            provider => new DelegateSagaDbContextFactory<TSaga>(databaseFactory(provider)));
        _addRepository = services =>
        {
            services.AddSingleton(Settings);
            services.RegisterLoadSagaRepository<TSaga, CreatedContextRepositoryFactory<TSaga>>();
            services.RegisterQuerySagaRepository<TSaga, CreatedContextRepositoryFactory<TSaga>>();
            services.RegisterSagaRepository<
                TSaga,
                DbContext,
                SagaConsumeContextFactory<DbContext, TSaga>,
                CreatedContextRepositoryFactory<TSaga>>();
        };
    }

    /// <inheritdoc />
    public void AddDbContext<TContext, TImplementation>(
        Action<IServiceProvider, DbContextOptionsBuilder<TImplementation>>? optionsAction = null)
        where TContext : DbContext
        where TImplementation : DbContext, TContext
    {
        ExistingDbContext<TContext>();
        _addContext = services =>
        {
            services.AddDbContext<TImplementation>((provider, options) =>
                optionsAction?.Invoke(provider, (DbContextOptionsBuilder<TImplementation>)options));
            if (typeof(TContext) != typeof(TImplementation))
            {
                services.TryAddScoped<TContext>(provider => provider.GetRequiredService<TImplementation>());
            }
        };
    }

    /// <summary>Registers the repository.</summary>
    /// <param name="services">The services.</param>
    /// <exception cref="ConfigurationException">Nothing says which context stores the sagas.</exception>
    public void Register(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);

        if (_addRepository is null)
        {
            throw new ConfigurationException(
                $"EntityFrameworkRepository of {typeof(TSaga).Name} does not say which DbContext stores it. Call "
                + "ExistingDbContext<TContext>(), AddDbContext<TContext, TImplementation>(...) or DatabaseFactory(...).");
        }

        services.AddDeliveryServices();
        _addContext?.Invoke(services);
        _addRepository(services);
    }
}
