using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sagas.Contracts;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Telemetry;
using Sagas.Orchestration.Transport;
using Sagas.Persistence;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Starting;

/// <summary>
/// Recognises a start request that comes again under its idempotency key, and answers it as the first was answered; or
/// refuses it, if it is another one.
/// </summary>
internal sealed class RepeatedStarts(
    IdempotencyKeys keys,
    IDeliveryTransaction transaction,
    Refusals refusals,
    SagaMetrics metrics,
    IOptions<StartOptions> options,
    [SagaClock] TimeProvider clock)
{
    /// <summary>Takes the request's key, if it has one, for the saga that it is to start.</summary>
    /// <returns>Whether the key was taken: then the request is answered.</returns>
    public async Task<bool> AnswerAsync(BehaviorContext<SagaState, StartSaga> context, SagaDefinition definition)
    {
        if (context.Message.IdempotencyKey is not { } key)
        {
            return false;
        }

        var (hash, now) = (RequestHash.Of(context.Message), Now);
        var earlier = await keys.ReserveAsync(
            transaction,
            key,
            hash,
            context.Saga.CorrelationId,
            now,
            now + options.Value.IdempotencyKeyLifetime,
            context.CancellationToken);
        if (earlier.IsReserved)
        {
            return false;
        }

        if (earlier.RequestHash == hash)
        {
            var version = await VersionAsync(earlier.SagaId, context.CancellationToken) ?? definition.Version;
            await AcceptAsync(context, earlier.SagaId, version);
            return true;
        }

        await refusals.RefuseAsync(context, new RequestRefused
        {
            Code = RefusalCodes.IdempotencyConflict,
            Message = $"The idempotency key '{key}' started saga {earlier.SagaId} with another request. "
                + "Use a new key for a new request.",
            SagaId = earlier.SagaId,
        });
        return true;
    }

    /// <summary>Answers a request whose definition is gone since it was carried out.</summary>
    /// <returns>Whether it was ever carried out.</returns>
    public async Task<bool> AnswerUndefinedAsync(BehaviorContext<SagaState, StartSaga> context)
    {
        if (context.Message.IdempotencyKey is { } key
            && await keys.FindAsync(transaction, key, Now, context.CancellationToken) is { } earlier
            && earlier.RequestHash == RequestHash.Of(context.Message)
            && await VersionAsync(earlier.SagaId, context.CancellationToken) is { } version)
        {
            await AcceptAsync(context, earlier.SagaId, version);
            return true;
        }

        return false;
    }

    /// <summary>Answers a request that has started a saga before.</summary>
    public Task AcceptAsync(BehaviorContext<SagaState, StartSaga> context, Guid sagaId, int version)
    {
        var name = context.Message.SagaName;
        transaction.AfterCommit(() => metrics.IdempotencyHit(name));
        return context.AnswerAsync(new SagaAccepted
        {
            SagaId = sagaId,
            SagaName = name,
            SagaVersion = version,
            AlreadyStarted = true,
        });
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>
    /// The version that the saga runs on; of its name there may be a later one now. <see langword="null"/> if the saga
    /// was deleted since.
    /// </summary>
    private Task<int?> VersionAsync(Guid sagaId, CancellationToken stop) => transaction.DbContext.Set<SagaState>()
        .Where(x => x.CorrelationId == sagaId)
        .Select(x => (int?)x.Version)
        .SingleOrDefaultAsync(stop);
}
