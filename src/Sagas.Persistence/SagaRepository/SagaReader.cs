using MassTransit;
using MassTransit.Middleware;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>Reads sagas outside of any delivery, without locking them.</summary>
internal sealed class SagaReader<TSaga>(DbContext context, CancellationToken cancellationToken)
    : BasePipeContext(cancellationToken), LoadSagaRepositoryContext<TSaga>, QuerySagaRepositoryContext<TSaga>
    where TSaga : class, ISaga
{
    public async Task<TSaga> Load(Guid correlationId)
    {
        var saga = await context.Set<TSaga>()
            .AsNoTracking()
            .FirstOrDefaultAsync(saga => saga.CorrelationId == correlationId, CancellationToken);
        return saga!;
    }

    public async Task<SagaRepositoryQueryContext<TSaga>> Query(
        ISagaQuery<TSaga> query,
        CancellationToken cancellationToken)
    {
        var sagas = await context.Set<TSaga>()
            .AsNoTracking()
            .Where(query.FilterExpression)
            .ToListAsync(cancellationToken);
        return new LoadedSagaRepositoryQueryContext<TSaga>(this, sagas);
    }
}
