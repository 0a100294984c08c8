using MassTransit;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.SagaRepository;

/// <summary>
/// Gives deliveries their sagas in contexts that a factory makes. On an endpoint with an outbox that is the running
/// delivery's own context, since another one could not commit with it.
/// </summary>
internal sealed class CreatedContextRepositoryFactory<TSaga>(
    ISagaDbContextFactory<TSaga> contexts,
    ISagaConsumeContextFactory<DbContext, TSaga> factory,
    SagaRepositorySettings<TSaga> settings,
    DeliveryScope? scope,
    SqlDialects dialects,
    EntityMaps maps)
    : ISagaRepositoryContextFactory<TSaga>,
        IQuerySagaRepositoryContextFactory<TSaga>,
        ILoadSagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISaga
{
    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        return WithContextAsync(context, repository => repository.Send(context, next));
    }

    public Task SendQuery<T>(
        ConsumeContext<T> context,
        ISagaQuery<TSaga> query,
        IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class
    {
        return WithContextAsync(context, repository => repository.SendQuery(context, query, next));
    }

    public Task<T> Execute<T>(
        Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod,
        CancellationToken cancellationToken)
        where T : class
    {
        return ReadAsync(context => asyncMethod(new SagaReader<TSaga>(context, settings.Query, cancellationToken)));
    }

    public Task<T> Execute<T>(
        Func<QuerySagaRepositoryContext<TSaga>, Task<T>> asyncMethod,
        CancellationToken cancellationToken)
        where T : class
    {
        return ReadAsync(context => asyncMethod(new SagaReader<TSaga>(context, settings.Query, cancellationToken)));
    }

    public void Probe(ProbeContext context)
    {
        context.Add("persistence", "entity-framework");
        context.Add("concurrencyMode", settings.ConcurrencyMode.ToString());
    }

    private async Task WithContextAsync<T>(
        ConsumeContext<T> message,
        Func<SagaRepositoryContextFactory<TSaga, DbContext>, Task> work)
        where T : class
    {
        var running = message.TryGetPayload<IOutboxDelivery>(out var delivery) && delivery.Transaction.IsOpen
            ? delivery.Transaction
            : null;
        var context = contexts.CreateScoped(message);
        try
        {
            if (running is null)
            {
                await work(Repository(context, scope ?? new DeliveryScope()));
            }
            else
            {
                CheckIsSame(context, running.Context);
                await work(Repository(running.Context, new DeliveryScope { Current = running }));
            }
        }
        finally
        {
            // What the delivery goes on with is not the factory's.
            if (!ReferenceEquals(context, running?.Context))
            {
                await contexts.ReleaseAsync(context);
            }
        }
    }

    private SagaRepositoryContextFactory<TSaga, DbContext> Repository(DbContext context, DeliveryScope deliveries) =>
        new(context, factory, settings, deliveries, dialects, maps);

    private async Task<T> ReadAsync<T>(Func<DbContext, Task<T>> read)
    {
        var context = contexts.Create();
        try
        {
            return await read(context);
        }
        finally
        {
            await contexts.ReleaseAsync(context);
        }
    }

    private static void CheckIsSame(DbContext made, DbContext running)
    {
        if (made.GetType() != running.GetType()
            || OutboxDatabases<DbContext>.KeyOf(made) != OutboxDatabases<DbContext>.KeyOf(running))
        {
            throw new ConfigurationException(
                $"The repository of {typeof(TSaga).Name} makes a {made.GetType().Name} of its own, and its endpoint has the "
                + $"outbox of {running.GetType().Name} in another context or database: they could not commit together. Use "
                + $"ExistingDbContext<{running.GetType().Name}>(), or make contexts of that type and database.");
        }
    }
}
