using MassTransit;
using Sagas.Contracts;
using Sagas.Orchestration.Starting;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.StateMachine;

/// <summary>The words in which <see cref="SagaStateMachine"/> is written.</summary>
internal static class StateMachineExtensions
{
    public static EventActivityBinder<SagaState, StartSaga> Start(
        this EventActivityBinder<SagaState, StartSaga> binder) =>
        binder.Activity(x => x.OfType<StartActivity>());

    public static EventActivityBinder<SagaState, StartSaga> AnswerRepeatedStart(
        this EventActivityBinder<SagaState, StartSaga> binder) =>
        binder.Activity(x => x.OfType<RepeatedStartActivity>());

    public static EventActivityBinder<SagaState, TMessage> Decide<TMessage>(
        this EventActivityBinder<SagaState, TMessage> binder)
        where TMessage : class =>
        binder.Activity(x => x.OfType<Decide<TMessage>>());

    /// <summary>Moves the saga to the state that was decided, which must be one of these.</summary>
    public static EventActivityBinder<SagaState, TMessage> BecomesOneOf<TMessage>(
        this EventActivityBinder<SagaState, TMessage> binder, params State[] allowed)
        where TMessage : class =>
        binder.ThenAsync(context =>
        {
            if (!context.TryGetPayload<NextState>(out var next) || next.Name == context.Saga.State)
            {
                return Task.CompletedTask;
            }

            var state = Array.Find(allowed, x => x.Name == next.Name)
                ?? throw new InvalidOperationException(
                    $"The engine moved saga {context.Saga.CorrelationId} from {context.Saga.State} to {next.Name} on "
                    + $"{typeof(TMessage).Name}, which the state machine does not declare.");
            return context.TransitionToState(state);
        });
}
