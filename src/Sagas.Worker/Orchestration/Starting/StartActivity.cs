using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sagas.Contracts;
using Sagas.Persistence;
using Sagas.Worker.Definitions;
using Sagas.Worker.Telemetry;
using Sagas.Worker.Transport;

namespace Sagas.Worker.Orchestration.Starting;

/// <summary>
/// Starts a saga, unless its request is refused or its idempotency key has started one already: then the new row is never
/// stored.
/// </summary>
internal sealed class StartActivity(
    StartRequestValidator validator,
    SagaDefinitionCatalog definitions,
    IdempotencyKeys keys,
    IDeliveryTransaction transaction,
    DecisionWriter writer,
    Refusals refusals,
    SagaMetrics metrics,
    IOptions<StartOptions> options,
    TimeProvider clock)
    : SagaActivity<StartSaga>
{
    protected override async Task RunAsync(BehaviorContext<SagaState, StartSaga> context)
    {
        var request = context.Message;
        var (definition, refusal) = validator.Validate(request, StartIdentity.Of(context));
        if (definition is null)
        {
            Discard(context);
            await RefuseAsync(context, refusal!);
            return;
        }

        if (request.IdempotencyKey is { } key)
        {
            var hash = RequestHash.Of(request);
            var reservation = await ReserveAsync(context, key, hash);
            if (!reservation.IsReserved)
            {
                Discard(context);
                await AnswerAsync(context, definition, reservation, hash);
                return;
            }
        }

        var decision = SagaEngine.Start(
            await definitions.GetAsync(definition.Name, definition.Version, context.CancellationToken),
            context.Saga.CorrelationId,
            StartRequestValidator.Input(request),
            clock.GetUtcNow(),
            Random.Shared.NextDouble);
        await writer.WriteAsync(context, decision);
        await context.AnswerAsync(Accepted(context.Saga.CorrelationId, definition.Name, definition.Version, alreadyStarted: false));
    }

    private static void Discard(BehaviorContext<SagaState, StartSaga> context) =>
        context.AddOrUpdatePayload(() => NextState.Final, _ => NextState.Final);

    private static SagaAccepted Accepted(Guid sagaId, string name, int version, bool alreadyStarted) => new()
    {
        SagaId = sagaId,
        SagaName = name,
        SagaVersion = version,
        AlreadyStarted = alreadyStarted,
    };

    /// <summary>A request that was carried out once is answered as it was then, even if its definition is gone since.</summary>
    private async Task RefuseAsync(BehaviorContext<SagaState, StartSaga> context, RequestRefused refusal)
    {
        if (refusal.Code is RefusalCodes.UnknownSaga or RefusalCodes.UnknownVersion
            && context.Message.IdempotencyKey is { } key
            && await keys.FindAsync(transaction, key, clock.GetUtcNow().UtcDateTime, context.CancellationToken) is { } earlier
            && earlier.RequestHash == RequestHash.Of(context.Message)
            && await VersionAsync(earlier.SagaId, context.CancellationToken) is { } version)
        {
            await RepeatAsync(context, earlier.SagaId, version);
            return;
        }

        await refusals.RefuseAsync(context, refusal);
    }

    private Task<IdempotencyReservation> ReserveAsync(
        BehaviorContext<SagaState, StartSaga> context, string key, string hash)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return keys.ReserveAsync(
            transaction,
            key,
            hash,
            context.Saga.CorrelationId,
            now,
            now + options.Value.IdempotencyKeyLifetime,
            context.CancellationToken);
    }

    private async Task AnswerAsync(
        BehaviorContext<SagaState, StartSaga> context,
        SagaDefinition definition,
        IdempotencyReservation earlier,
        string hash)
    {
        if (earlier.RequestHash == hash)
        {
            var version = await VersionAsync(earlier.SagaId, context.CancellationToken);
            await RepeatAsync(context, earlier.SagaId, version ?? definition.Version);
            return;
        }

        await refusals.RefuseAsync(context, new RequestRefused
        {
            Code = RefusalCodes.IdempotencyConflict,
            Message = $"The idempotency key '{context.Message.IdempotencyKey}' started saga {earlier.SagaId} with another "
                + "request. Use a new key for a new request.",
            SagaId = earlier.SagaId,
        });
    }

    /// <summary>
    /// The version that the saga runs on; of its name there may be a later one now. <see langword="null"/> if the saga was
    /// deleted since.
    /// </summary>
    private Task<int?> VersionAsync(Guid sagaId, CancellationToken stop) => transaction.DbContext.Set<SagaState>()
        .Where(x => x.CorrelationId == sagaId)
        .Select(x => (int?)x.Version)
        .SingleOrDefaultAsync(stop);

    private Task RepeatAsync(BehaviorContext<SagaState, StartSaga> context, Guid sagaId, int version)
    {
        var name = context.Message.SagaName;
        transaction.AfterCommit(() => metrics.IdempotencyHit(name));
        return context.AnswerAsync(Accepted(sagaId, name, version, alreadyStarted: true));
    }
}
