using MassTransit;
using MassTransit.Context;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.SagaRepository;

/// <summary>One delivery's access to its saga.</summary>
internal sealed class SagaRepositoryContext<TSaga, TMessage, TDbContext>(
    TDbContext dbContext,
    ConsumeContext<TMessage> context,
    ISagaConsumeContextFactory<TDbContext, TSaga> factory,
    ISagaTable<TSaga> table) : ConsumeContextScope<TMessage>(context), SagaRepositoryContext<TSaga, TMessage>
    where TSaga : class, ISaga
    where TMessage : class
    where TDbContext : DbContext
{
    private readonly ConsumeContext<TMessage> _context = context;

    public Task<SagaConsumeContext<TSaga, TMessage>> Add(TSaga instance)
    {
        return CreateSagaConsumeContext(_context, instance, SagaConsumeContextMode.Add);
    }

    public async Task<SagaConsumeContext<TSaga, TMessage>> Insert(TSaga instance)
    {
        return await table.TryInsertAsync(instance, CancellationToken)
            ? await CreateSagaConsumeContext(_context, instance, SagaConsumeContextMode.Insert)
            : null!;
    }

    public async Task<SagaConsumeContext<TSaga, TMessage>> Load(Guid correlationId)
    {
        return await table.LoadAsync(correlationId, CancellationToken) is { } instance
            ? await CreateSagaConsumeContext(_context, instance, SagaConsumeContextMode.Load)
            : null!;
    }

    public Task Save(SagaConsumeContext<TSaga> context)
    {
        table.Insert(context.Saga);
        return Task.CompletedTask;
    }

    public Task Update(SagaConsumeContext<TSaga> context)
    {
        if (context.TryGetPayload<UndecidedDelivery>(out var delivery) && delivery.Reason is not null)
        {
            table.Forget(context.Saga);
        }
        else
        {
            table.Update(context.Saga);
        }

        return Task.CompletedTask;
    }

    public Task Delete(SagaConsumeContext<TSaga> context)
    {
        table.Delete(context.Saga);
        return Task.CompletedTask;
    }

    /// <summary>A saga that began and ended with the same message was never stored.</summary>
    public Task Discard(SagaConsumeContext<TSaga> context)
    {
        return Task.CompletedTask;
    }

    public Task Undo(SagaConsumeContext<TSaga> context)
    {
        table.Forget(context.Saga);
        return Task.CompletedTask;
    }

    public Task<SagaConsumeContext<TSaga, T>> CreateSagaConsumeContext<T>(
        ConsumeContext<T> consumeContext,
        TSaga instance,
        SagaConsumeContextMode mode)
        where T : class
    {
        return factory.CreateSagaConsumeContext(dbContext, consumeContext, instance, mode);
    }
}
