using MassTransit;
using Sagas.Contracts;

namespace Sagas.Orchestration.Starting;

/// <summary>
/// Which saga a start request is about. By its own saga id or message id it finds the saga that an earlier delivery of
/// the same request has started; an idempotency key is looked up in its table instead.
/// </summary>
/// <param name="SagaId">The saga's id, should it be a new one.</param>
/// <param name="IsKnown">Whether a redelivery of the request comes with the same identity.</param>
internal sealed record StartIdentity(Guid SagaId, bool IsKnown)
{
    public static StartIdentity Of(ConsumeContext<StartSaga> context) => context.GetOrAddPayload(() => Create(context));

    private static StartIdentity Create(ConsumeContext<StartSaga> context) => context.Message switch
    {
        { SagaId: { } sagaId } when sagaId != Guid.Empty => new(sagaId, true),
        { IdempotencyKey: not null } => new(NewId.NextGuid(), true),
        _ when context.MessageId is { } messageId => new(messageId, true),
        _ => new(NewId.NextGuid(), false),
    };
}
