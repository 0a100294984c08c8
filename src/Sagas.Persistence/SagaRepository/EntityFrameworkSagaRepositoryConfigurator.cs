using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
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

    public ConcurrencyMode ConcurrencyMode { get; set; } = ConcurrencyMode.Pessimistic;

    public void ExistingDbContext<TContext>()
        where TContext : DbContext
    {
        _addContext = null;
        _addRepository = services =>
        {
            services.AddSingleton(new SagaRepositorySettings<TSaga>(ConcurrencyMode));
            services.RegisterLoadSagaRepository<TSaga, SagaRepositoryContextFactory<TSaga, TContext>>();
            services.RegisterQuerySagaRepository<TSaga, SagaRepositoryContextFactory<TSaga, TContext>>();
            services.RegisterSagaRepository<
                TSaga,
                TContext,
                SagaConsumeContextFactory<TContext, TSaga>,
                SagaRepositoryContextFactory<TSaga, TContext>>();
        };
    }

    public void AddDbContext<TContext, TImplementation>(
        Action<IServiceProvider, DbContextOptionsBuilder<TImplementation>>? configure)
        where TContext : DbContext
        where TImplementation : DbContext, TContext
    {
        ExistingDbContext<TContext>();
        _addContext = services =>
        {
            services.AddDbContext<TImplementation>((provider, options) =>
                configure?.Invoke(provider, (DbContextOptionsBuilder<TImplementation>)options));
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

/// <summary>How the sagas of one type are stored.</summary>
internal sealed record SagaRepositorySettings<TSaga>(ConcurrencyMode ConcurrencyMode)
    where TSaga : class, ISaga;
