using MassTransit;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Orchestration.Operators;
using Sagas.Orchestration.StateMachine;
using Sagas.Orchestration.Transport;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Starting;

/// <summary>
/// Starts a saga, unless its request is refused or its idempotency key has started one already: then the new row is
/// never stored.
/// </summary>
internal sealed class StartActivity(
    StartRequestValidator validator,
    RepeatedStarts repeated,
    DecisionWriter writer,
    Refusals refusals,
    CallerSignatures callers,
    EngineLimits limits,
    [SagaClock] TimeProvider clock)
    : SagaActivity<StartSaga>
{
    protected override async Task RunAsync(BehaviorContext<SagaState, StartSaga> context)
    {
        var (definition, refusal) = validator.Validate(
            context.Message, StartIdentity.Of(context), context.GetPayload<StartDefinition>().Definition);
        if (definition is null)
        {
            Discard(context);
            await RefuseAsync(context, refusal!);
            return;
        }

        if (await repeated.AnswerAsync(context, definition))
        {
            Discard(context);
            return;
        }

        var decision = SagaEngine.Start(
            definition,
            context.Saga.CorrelationId,
            StartRequestValidator.Input(context.Message),
            clock.GetUtcNow(),
            Random.Shared.NextDouble,
            limits);
        context.Saga.StartedBy = await callers.CallerOfAsync(context);
        await writer.WriteAsync(context, decision);
        await context.AnswerAsync(new SagaAccepted
        {
            SagaId = context.Saga.CorrelationId,
            SagaName = definition.Name,
            SagaVersion = definition.Version,
        });
    }

    private static void Discard(BehaviorContext<SagaState, StartSaga> context) =>
        context.AddOrUpdatePayload(() => NextState.Final, _ => NextState.Final);

    /// <summary>
    /// A request that was carried out once is answered as it was then, even if its definition is gone since.
    /// </summary>
    private async Task RefuseAsync(BehaviorContext<SagaState, StartSaga> context, RequestRefused refusal)
    {
        var isUndefined = refusal.Code is RefusalCodes.UnknownSaga or RefusalCodes.UnknownVersion;
        if (!isUndefined || !await repeated.AnswerUndefinedAsync(context))
        {
            await refusals.RefuseAsync(context, refusal);
        }
    }
}
