using MassTransit;
using MassTransit.Middleware;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence.SagaRepository;

/// <summary>Reads sagas outside of any delivery, without locking them.</summary>
internal sealed class SagaReader<TSaga>(
    DbContext context,
    Func<IQueryable<TSaga>, IQueryable<TSaga>>? query,
    CancellationToken cancellationToken)
    : BasePipeContext(cancellationToken), LoadSagaRepositoryContext<TSaga>, QuerySagaRepositoryContext<TSaga>
    where TSaga : class, ISaga
{
    public async Task<TSaga> Load(Guid correlationId)
    {
        var saga = await Sagas().FirstOrDefaultAsync(saga => saga.CorrelationId == correlationId, CancellationToken);
        return saga!;
    }

    public async Task<SagaRepositoryQueryContext<TSaga>> Query(
        ISagaQuery<TSaga> query,
        CancellationToken cancellationToken)
    {
        var sagas = await Sagas().Where(query.FilterExpression).ToListAsync(cancellationToken);
        return new LoadedSagaRepositoryQueryContext<TSaga>(this, sagas);
    }

    private IQueryable<TSaga> Sagas()
    {
        IQueryable<TSaga> sagas = context.Set<TSaga>();
        return (query?.Invoke(sagas) ?? sagas).AsNoTracking();
    }
}
