using MassTransit;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.SagaRepository.Locks;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.SagaRepository;

/// <summary>
/// Gives deliveries their sagas: in the delivery transaction that is running, where the endpoint has an outbox, else in
/// one of its own.
/// </summary>
internal sealed class SagaRepositoryContextFactory<TSaga, TDbContext>(
    TDbContext context,
    ISagaConsumeContextFactory<TDbContext, TSaga> factory,
    SagaRepositorySettings<TSaga> settings,
    DeliveryScope scope,
    SqlDialects dialects,
    EntityMaps maps)
    : ISagaRepositoryContextFactory<TSaga>,
        IQuerySagaRepositoryContextFactory<TSaga>,
        ILoadSagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISaga
    where TDbContext : DbContext
{
    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        return InTransactionAsync(context, transaction => next.Send(Create(context, transaction)));
    }

    public Task SendQuery<T>(
        ConsumeContext<T> context,
        ISagaQuery<TSaga> query,
        IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class
    {
        return InTransactionAsync(
            context,
            async transaction =>
            {
                var ids = await Query(transaction.DbContext, query).ToListAsync(context.CancellationToken);
                await next.Send(new DefaultSagaRepositoryQueryContext<TSaga, T>(Create(context, transaction), ids));
            });
    }

    public Task<T> Execute<T>(
        Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod,
        CancellationToken cancellationToken)
        where T : class
    {
        return asyncMethod(new SagaReader<TSaga>(context, settings.Query, cancellationToken));
    }

    public Task<T> Execute<T>(
        Func<QuerySagaRepositoryContext<TSaga>, Task<T>> asyncMethod,
        CancellationToken cancellationToken)
        where T : class
    {
        return asyncMethod(new SagaReader<TSaga>(context, settings.Query, cancellationToken));
    }

    public void Probe(ProbeContext context)
    {
        context.Add("persistence", "entity-framework");
        context.Add("concurrencyMode", settings.ConcurrencyMode.ToString());
    }

    private static IQueryable<Guid> Query(DbContext context, ISagaQuery<TSaga> query)
    {
        return context.Set<TSaga>().AsNoTracking().Where(query.FilterExpression).Select(saga => saga.CorrelationId);
    }

    private SagaRepositoryContext<TSaga, T, TDbContext> Create<T>(
        ConsumeContext<T> message,
        DeliveryTransaction transaction)
        where T : class
    {
        // A flat saga is looked up by its primary key, as it is.
        ISagaTable<TSaga> table = maps.Find(context, typeof(TSaga)) is { HasClientKeys: false } map
            && map.Key is [{ Property.Name: nameof(ISaga.CorrelationId), TypeMapping.Converter: null }]
            && settings.Query is null
            ? new FlatSagaTable<TSaga>(transaction, map, settings.ConcurrencyMode)
            : new TrackedSagaTable<TSaga>(transaction.DbContext, transaction, settings);
        if (settings.StatedLocks is { } locks)
        {
            table = new StatedLockSagaTable<TSaga>(table, transaction, locks);
        }

        return new SagaRepositoryContext<TSaga, T, TDbContext>(context, message, factory, table);
    }

    private async Task InTransactionAsync<T>(ConsumeContext<T> message, Func<DeliveryTransaction, Task> work)
        where T : class
    {
        if (scope.Current is { IsOpen: true } running && ReferenceEquals(running.Context, context))
        {
            await work(running);
            return;
        }

        await context.RunOnceAsync(() => InOwnTransactionAsync(message, work));
    }

    private async Task InOwnTransactionAsync<T>(ConsumeContext<T> message, Func<DeliveryTransaction, Task> work)
        where T : class
    {
        var outer = scope.Current;
        await using var transaction = await OwnTransaction.BeginAsync(
            context, dialects.Of(context), maps, settings.IsolationLevel, message.CancellationToken);
        scope.Current = transaction;
        try
        {
            message.AddOrUpdatePayload<IDeliveryTransaction>(() => transaction, _ => transaction);
            await work(transaction);
            await transaction.CommitAsync();
        }
        finally
        {
            scope.Current = outer;
        }
    }
}
