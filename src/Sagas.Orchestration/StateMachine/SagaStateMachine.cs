using MassTransit;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Orchestration.Operators;
using Sagas.Orchestration.Starting;
using Sagas.Orchestration.Timers;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.StateMachine;

/// <summary>
/// The life of a saga as MassTransit sees it: which messages it takes in which state, and which states may follow. What
/// really happens is decided by the pure <see cref="SagaEngine"/>; a decision that is not declared here is a fault.
/// </summary>
internal sealed class SagaStateMachine : MassTransitStateMachine<SagaState>
{
    private readonly Dictionary<(string State, string Event), string[]> _declared = [];

    public SagaStateMachine(RefusedCommands refusals)
    {
        InstanceState(x => x.State);

        // A start that is refused, or repeats an earlier one, ends in Final before it was ever stored.
        SetCompletedWhenFinalized();

        Event(() => StartRequested, x => x.CorrelateById(context => StartIdentity.Of(context).SagaId));
        Correlate(() => StepSucceeded, refusals, x => x.SagaId);
        Correlate(() => StepFailed, refusals, x => x.SagaId);
        Correlate(() => StepLost, refusals, x => x.SagaId);
        Correlate(() => StepDeferred, refusals, x => x.SagaId);
        Correlate(() => Due, refusals, x => x.SagaId);
        Correlate(() => RetryRequested, refusals, x => x.SagaId);
        Correlate(() => SkipRequested, refusals, x => x.SagaId);
        Correlate(() => CancelRequested, refusals, x => x.SagaId);
        Correlate(() => AbortRequested, refusals, x => x.SagaId);

        Initially(
            When(StartRequested).Start().BecomesOneOf(Running, Final));

        State[] running = [Running], compensating = [Compensating], suspended = [Suspended];
        State[] ended = [Completed, Compensated, Aborted];
        foreach (var state in (State[])[.. running, .. compensating, .. suspended, .. ended])
        {
            During(state, When(StartRequested).AnswerRepeatedStart());
        }

        In(running, StepSucceeded, Running, Completed, Compensating, Compensated, Suspended);
        In(running, StepFailed, Running, Compensating, Compensated, Suspended);
        In(running, StepLost, Running, Compensating, Compensated, Suspended);
        In(running, StepDeferred, Running, Compensating, Compensated, Suspended);
        In(running, Due, Running, Compensating, Compensated, Suspended);
        In(running, CancelRequested, Running, Compensating, Compensated, Suspended);

        In(compensating, StepSucceeded, Compensating, Completed, Compensated, Aborted, Suspended);
        In(compensating, StepFailed, Compensating, Suspended);
        In(compensating, StepLost, Compensating, Suspended);
        In(compensating, StepDeferred, Compensating);
        In(compensating, Due, Compensating, Suspended);

        In(suspended, RetryRequested, Running, Compensating, Suspended, Completed, Compensated, Aborted);
        In(suspended, SkipRequested, Running, Compensating, Suspended, Completed, Compensated, Aborted);
        In(suspended, AbortRequested, Aborted);

        // A late success reopens what was ended without it. Everything else changes nothing, or is refused.
        In(ended, StepSucceeded, Completed, Compensated, Aborted, Compensating, Suspended);
        In(suspended, StepSucceeded, Suspended);
        Ignored([.. suspended, .. ended], StepFailed);
        Ignored([.. suspended, .. ended], StepLost);
        Ignored([.. suspended, .. ended], StepDeferred);
        Ignored([.. suspended, .. ended], Due);
        Ignored([.. compensating, .. suspended, .. ended], CancelRequested);
        Ignored([.. running, .. compensating, .. ended], RetryRequested);
        Ignored([.. running, .. compensating, .. ended], SkipRequested);
        Ignored([.. running, .. compensating, .. ended], AbortRequested);
    }

    /// <summary>Which states may follow a state on an event, by their names.</summary>
    public IReadOnlyDictionary<(string State, string Event), string[]> Declared => _declared;

    public State Running { get; private set; } = null!;

    public State Compensating { get; private set; } = null!;

    public State Suspended { get; private set; } = null!;

    public State Completed { get; private set; } = null!;

    public State Compensated { get; private set; } = null!;

    public State Aborted { get; private set; } = null!;

    public Event<StartSaga> StartRequested { get; private set; } = null!;

    public Event<StepSucceeded> StepSucceeded { get; private set; } = null!;

    public Event<StepFailed> StepFailed { get; private set; } = null!;

    public Event<StepOutcomeUnknown> StepLost { get; private set; } = null!;

    public Event<StepDeferred> StepDeferred { get; private set; } = null!;

    public Event<SagaDue> Due { get; private set; } = null!;

    public Event<RetrySaga> RetryRequested { get; private set; } = null!;

    public Event<SkipStep> SkipRequested { get; private set; } = null!;

    public Event<CancelSaga> CancelRequested { get; private set; } = null!;

    public Event<AbortSaga> AbortRequested { get; private set; } = null!;

    private void In<T>(State[] states, Event<T> @event, params State[] next)
        where T : class
    {
        foreach (var state in states)
        {
            During(state, When(@event).Decide().BecomesOneOf(next));
            _declared.Add((state.Name, typeof(T).Name), [.. next.Select(x => x.Name)]);
        }
    }

    private void Ignored<T>(State[] states, Event<T> @event)
        where T : class
    {
        foreach (var state in states)
        {
            In([state], @event, state);
        }
    }

    private void Correlate<T>(
        System.Linq.Expressions.Expression<Func<Event<T>>> declared, RefusedCommands refusals, Func<T, Guid> sagaId)
        where T : class =>
        Event(declared, x =>
        {
            x.CorrelateById(context => sagaId(context.Message));
            x.OnMissingInstance(missing => missing.ExecuteAsync(context => refusals.RefuseAsync(
                context,
                new RequestRefused
                {
                    Code = RefusalCodes.SagaNotFound,
                    Message = $"No saga has the id {sagaId(context.Message)}.",
                })));
        });
}
