using MassTransit;
using Sagas.Contracts;
using Sagas.Persistence;
using Sagas.Worker.Orchestration.Starting;
using Sagas.Worker.Transport;

namespace Sagas.Worker.Orchestration;

/// <summary>
/// The life of a saga as MassTransit sees it: which messages it takes in which state, and which states may follow. What
/// really happens is decided by the pure <see cref="SagaEngine"/>; a decision that is not declared here is a fault.
/// </summary>
internal sealed class SagaStateMachine : MassTransitStateMachine<SagaState>
{
    public SagaStateMachine(Refusals refusals)
    {
        InstanceState(x => x.State);

        // A start that is refused, or repeats an earlier one, ends in Final before it was ever stored.
        SetCompletedWhenFinalized();

        Event(() => StartRequested, x => x.CorrelateById(context => StartIdentity.Of(context).SagaId));
        Correlate(() => StepSucceeded, refusals, x => x.SagaId);
        Correlate(() => StepFailed, refusals, x => x.SagaId);
        Correlate(() => Due, refusals, x => x.SagaId);
        Correlate(() => RetryRequested, refusals, x => x.SagaId);
        Correlate(() => SkipRequested, refusals, x => x.SagaId);
        Correlate(() => CancelRequested, refusals, x => x.SagaId);
        Correlate(() => AbortRequested, refusals, x => x.SagaId);

        Initially(
            When(StartRequested).Start().BecomesOneOf(Running, Final));

        During([Running, Compensating, Suspended, Completed, Compensated, Aborted],
            When(StartRequested).AnswerRepeatedStart());

        During(Running,
            When(StepSucceeded).Decide().BecomesOneOf(Running, Completed),
            When(StepFailed).Decide().BecomesOneOf(Running, Compensating, Compensated, Suspended),
            When(Due).Decide().BecomesOneOf(Running, Compensating, Compensated, Suspended),
            When(CancelRequested).Decide().BecomesOneOf(Running, Compensating, Compensated));

        During(Compensating,
            When(StepSucceeded).Decide().BecomesOneOf(Compensating, Compensated, Aborted),
            When(StepFailed).Decide().BecomesOneOf(Compensating, Suspended),
            When(Due).Decide().BecomesOneOf(Compensating, Suspended),
            When(CancelRequested).Decide().BecomesOneOf(Compensating));

        During(Suspended,
            When(StepSucceeded).Decide().BecomesOneOf(Suspended, Running, Completed, Compensating, Compensated, Aborted),
            When(StepFailed).Decide().BecomesOneOf(Suspended),
            When(Due).Decide().BecomesOneOf(Suspended),
            When(RetryRequested).Decide().BecomesOneOf(Running, Compensating, Compensated),
            When(SkipRequested).Decide().BecomesOneOf(Running, Completed, Compensating, Compensated, Aborted),
            When(AbortRequested).Decide().BecomesOneOf(Aborted),
            When(CancelRequested).Decide().BecomesOneOf(Suspended));

        During([Completed, Compensated, Aborted],
            When(StepSucceeded).Decide().BecomesOneOf(Completed, Compensated, Aborted, Compensating, Suspended),
            When(StepFailed).Decide().BecomesOneOf(Completed, Compensated, Aborted),
            When(Due).Decide().BecomesOneOf(Completed, Compensated, Aborted),
            When(CancelRequested).Decide().BecomesOneOf(Completed, Compensated, Aborted));

        During([Running, Compensating, Completed, Compensated, Aborted],
            When(RetryRequested).Decide().BecomesOneOf(Running, Compensating, Completed, Compensated, Aborted),
            When(SkipRequested).Decide().BecomesOneOf(Running, Compensating, Completed, Compensated, Aborted),
            When(AbortRequested).Decide().BecomesOneOf(Running, Compensating, Completed, Compensated, Aborted));
    }

    public State Running { get; private set; } = null!;

    public State Compensating { get; private set; } = null!;

    public State Suspended { get; private set; } = null!;

    public State Completed { get; private set; } = null!;

    public State Compensated { get; private set; } = null!;

    public State Aborted { get; private set; } = null!;

    public Event<StartSaga> StartRequested { get; private set; } = null!;

    public Event<StepSucceeded> StepSucceeded { get; private set; } = null!;

    public Event<StepFailed> StepFailed { get; private set; } = null!;

    public Event<SagaDue> Due { get; private set; } = null!;

    public Event<RetrySaga> RetryRequested { get; private set; } = null!;

    public Event<SkipStep> SkipRequested { get; private set; } = null!;

    public Event<CancelSaga> CancelRequested { get; private set; } = null!;

    public Event<AbortSaga> AbortRequested { get; private set; } = null!;

    private void Correlate<T>(
        System.Linq.Expressions.Expression<Func<Event<T>>> declared, Refusals refusals, Func<T, Guid> sagaId)
        where T : class =>
        Event(declared, x =>
        {
            x.CorrelateById(context => sagaId(context.Message));
            x.OnMissingInstance(missing => missing.ExecuteAsync(context => refusals.RefuseAsync(context, new RequestRefused
            {
                Code = RefusalCodes.SagaNotFound,
                Message = $"No saga has the id {sagaId(context.Message)}.",
            })));
        });
}
