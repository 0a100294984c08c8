using MassTransit;
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
            await refusals.RefuseAsync(context, refusal!);
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
        await context.AnswerAsync(Accepted(context.Saga.CorrelationId, definition, alreadyStarted: false));
    }

    private static void Discard(BehaviorContext<SagaState, StartSaga> context) =>
        context.AddOrUpdatePayload(() => NextState.Final, _ => NextState.Final);

    private static SagaAccepted Accepted(Guid sagaId, SagaDefinition definition, bool alreadyStarted) => new()
    {
        SagaId = sagaId,
        SagaName = definition.Name,
        SagaVersion = definition.Version,
        AlreadyStarted = alreadyStarted,
    };

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

    private Task AnswerAsync(
        BehaviorContext<SagaState, StartSaga> context,
        SagaDefinition definition,
        IdempotencyReservation earlier,
        string hash)
    {
        if (earlier.RequestHash == hash)
        {
            transaction.AfterCommit(() => metrics.IdempotencyHit(definition.Name));
            return context.AnswerAsync(Accepted(earlier.SagaId, definition, alreadyStarted: true));
        }

        return refusals.RefuseAsync(context, new RequestRefused
        {
            Code = RefusalCodes.IdempotencyConflict,
            Message = $"The idempotency key '{context.Message.IdempotencyKey}' started saga {earlier.SagaId} with another "
                + "request. Use a new key for a new request.",
            SagaId = earlier.SagaId,
        });
    }
}
