using System.Data;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Sagas.Persistence;

/// <summary>Collects how the sagas of one type are stored, and registers it.</summary>
internal sealed class EntityFrameworkSagaRepositoryConfigurator<TSaga>
    : IEntityFrameworkSagaRepositoryConfigurator<TSaga>
    where TSaga : class, ISaga
{
    private Action<IServiceCollection>? _addContext;
    private Action<IServiceCollection>? _addRepository;
    private (string Statement, Func<DatabaseFacade, bool> IsRight)? _provider;
    private Func<IQueryable<TSaga>, IQueryable<TSaga>>? _query;

    public ConcurrencyMode ConcurrencyMode { get; set; } = ConcurrencyMode.Pessimistic;

    public IsolationLevel IsolationLevel { get; set; } = IsolationLevel.ReadCommitted;

    public IEntityFrameworkSagaRepositoryConfigurator UsePostgres()
    {
        _provider = (nameof(UsePostgres), context => context.IsNpgsql());
        return this;
    }

    public IEntityFrameworkSagaRepositoryConfigurator UseSqlite()
    {
        _provider = (nameof(UseSqlite), context => context.IsSqlite());
        return this;
    }

    public void CustomizeQuery(Func<IQueryable<TSaga>, IQueryable<TSaga>> queryCustomization)
    {
        ArgumentNullException.ThrowIfNull(queryCustomization);

        _query = queryCustomization;
    }

    public void ExistingDbContext<TContext>()
        where TContext : DbContext
    {
        _addContext = null;
        _addRepository = services =>
        {
            services.AddSingleton(new SagaRepositorySettings<TSaga>(ConcurrencyMode, IsolationLevel, _query));
            services.RegisterLoadSagaRepository<TSaga, SagaRepositoryContextFactory<TSaga, TContext>>();
            services.RegisterQuerySagaRepository<TSaga, SagaRepositoryContextFactory<TSaga, TContext>>();
            services.RegisterSagaRepository<
                TSaga,
                TContext,
                SagaConsumeContextFactory<TContext, TSaga>,
                SagaRepositoryContextFactory<TSaga, TContext>>();
            if (_provider is var (statement, isRight))
            {
                services.AddHostedService(provider => new ProviderCheck<TContext>(
                    provider.GetRequiredService<IServiceScopeFactory>(),
                    $"EntityFrameworkRepository of {typeof(TSaga).Name}",
                    statement,
                    isRight));
            }
        };
    }

    public void AddDbContext<TContext, TImplementation>(
        Action<IServiceProvider, DbContextOptionsBuilder<TImplementation>>? optionsAction)
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

    public void Register(IServiceCollection services)
    {
        if (_addRepository is null)
        {
            throw new ConfigurationException(
                $"EntityFrameworkRepository of {typeof(TSaga).Name} does not say which DbContext stores it. Call "
                + "ExistingDbContext<TContext>() or AddDbContext<TContext, TImplementation>(...).");
        }

        services.AddDeliveryServices();
        _addContext?.Invoke(services);
        _addRepository(services);
    }
}
