using System.Text.Json;
using MassTransit;
using Sagas.Contracts;
using Sagas.Orchestration.StateMachine;
using Sagas.Orchestration.Transport;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Starting;

/// <summary>Answers a start request that names, by its saga id or message id, a saga which is there already.</summary>
internal sealed class RepeatedStartActivity(RepeatedStarts repeated, Refusals refusals) : SagaActivity<StartSaga>
{
    protected override Task RunAsync(BehaviorContext<SagaState, StartSaga> context)
    {
        var (request, saga) = (context.Message, context.Saga);
        return IsSame(request, saga)
            ? repeated.AcceptAsync(context, saga.CorrelationId, saga.Version)
            : refusals.RefuseAsync(context, new RequestRefused
            {
                Code = RefusalCodes.IdempotencyConflict,
                Message = $"Saga {saga.CorrelationId} was started with another request. Use a new id for a new saga.",
                SagaId = saga.CorrelationId,
            });
    }

    private static bool IsSame(StartSaga request, SagaState saga) =>
        request.SagaName == saga.Name
        && (request.Version ?? saga.Version) == saga.Version
        && JsonElement.DeepEquals(StartRequestValidator.Input(request), JsonElement.Parse(saga.Input));
}
