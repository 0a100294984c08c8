using MassTransit;
using MassTransit.Context;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Benchmarks.Systems.Twins;

/// <summary>
/// The plain twin's sagas, as MassTransit's own EF repository keeps them: a transaction a message, the row locked, read
/// and tracked by EF.
/// </summary>
internal sealed class TwinRepository(IDbContextFactory<TwinDbContext> sagas) : ISagaRepository<TwinState>
{
    public async Task Send<T>(
        ConsumeContext<T> context, ISagaPolicy<TwinState, T> policy, IPipe<SagaConsumeContext<TwinState, T>> next)
        where T : class
    {
        var stop = context.CancellationToken;
        await using var database = await sagas.CreateDbContextAsync(stop);
        await using var transaction = await database.Database.BeginTransactionAsync(stop);
        var id = context.CorrelationId!.Value;
        var saga = await database.Sagas.FromSql($"SELECT * FROM twin_saga WHERE id = {id} FOR UPDATE")
            .SingleOrDefaultAsync(stop);
        if (saga is null)
        {
            await policy.Missing(context, Pipe.ExecuteAsync<SagaConsumeContext<TwinState, T>>(async added =>
            {
                await next.Send(added);
                database.Add(added.Saga);
            }));
        }
        else
        {
            var found = new DefaultSagaConsumeContext<TwinState, T>(context, saga);
            await policy.Existing(found, next);
            if (found.IsCompleted)
            {
                database.Remove(saga);
            }
        }

        await database.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
    }

    /// <exception cref="NotSupportedException">Every message of the saga has its id.</exception>
    public Task SendQuery<T>(
        ConsumeContext<T> context,
        ISagaQuery<TwinState> query,
        ISagaPolicy<TwinState, T> policy,
        IPipe<SagaConsumeContext<TwinState, T>> next)
        where T : class => throw new NotSupportedException("The twin's sagas are found by their id.");

    public void Probe(ProbeContext context) => context.CreateScope("twin");
}
