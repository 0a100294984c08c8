using System.Text.Json;
using MassTransit;
using Sagas.Contracts;

namespace Sagas.Benchmarks.Systems.Twins;

/// <summary>
/// The benchmark's saga as one writes it with MassTransit alone: the same messages to the same queues, with no
/// timeouts and no retries.
/// </summary>
internal class TwinStateMachine : MassTransitStateMachine<TwinState>
{
    public TwinStateMachine()
    {
        InstanceState(x => x.CurrentState);
        Event(() => StartRequested, x => x.CorrelateById(context => context.Message.SagaId!.Value));
        Event(() => StepSucceeded, x => x.CorrelateById(context => context.Message.SagaId));
        Event(() => StepFailed, x => x.CorrelateById(context => context.Message.SagaId));

        Initially(When(StartRequested).ThenAsync(StartAsync).TransitionTo(Running));
        During(
            Running,
            When(StepSucceeded).ThenAsync(GoOnAsync).If(x => x.Saga.Step == 0, x => x.Finalize()),
            When(StepFailed).ThenAsync(TurnBackAsync).IfElse(
                x => x.Saga.Step == 0, x => x.Finalize(), x => x.TransitionTo(Compensating)));
        During(Compensating, When(StepSucceeded).ThenAsync(GoBackAsync).If(x => x.Saga.Step == 0, x => x.Finalize()));
        SetCompletedWhenFinalized();
    }

    public State Running { get; protected set; } = null!;

    public State Compensating { get; protected set; } = null!;

    public Event<StartSaga> StartRequested { get; protected set; } = null!;

    public Event<StepSucceeded> StepSucceeded { get; protected set; } = null!;

    public Event<StepFailed> StepFailed { get; protected set; } = null!;

    /// <summary>Publishes an event that is not the saga's end.</summary>
    protected virtual Task TellAsync<T>(ConsumeContext context, T progress)
        where T : class => context.Publish(progress);

    private async Task StartAsync(BehaviorContext<TwinState, StartSaga> context)
    {
        var saga = context.Saga;
        saga.Name = context.Message.SagaName;
        saga.Input = context.Message.Input!.Value;
        saga.Step = 1;
        await TellAsync(context, NextEvent(saga).Started());
        await ExecuteAsync(context);
    }

    private async Task GoOnAsync(BehaviorContext<TwinState, StepSucceeded> context)
    {
        var saga = context.Saga;
        saga.Results[context.Message.Step] = context.Message.Result;
        await TellAsync(context, NextEvent(saga).StepCompleted(context.Message));
        if (saga.Step < BenchmarkSagas.StepsOf(saga.Name))
        {
            saga.Step++;
            await ExecuteAsync(context);
            return;
        }

        saga.Step = 0;
        await context.Publish(NextEvent(saga).Completed(ResultsOf(saga)));
    }

    private async Task TurnBackAsync(BehaviorContext<TwinState, StepFailed> context)
    {
        await TellAsync(context, NextEvent(context.Saga).StepFailed(context.Message));
        await TellAsync(context, NextEvent(context.Saga).Compensating(context.Message));
        await UndoStepBeforeAsync(context);
    }

    private async Task GoBackAsync(BehaviorContext<TwinState, StepSucceeded> context)
    {
        await TellAsync(context, NextEvent(context.Saga).StepCompensated(context.Message));
        await UndoStepBeforeAsync(context);
    }

    private static async Task UndoStepBeforeAsync<T>(BehaviorContext<TwinState, T> context)
        where T : class
    {
        var saga = context.Saga;
        if (--saga.Step == 0)
        {
            await context.Publish(NextEvent(saga).Compensated());
            return;
        }

        var step = InHand(saga, StepDirection.Compensate);
        await (await context.GetSendEndpoint(AddressOf(step)))
            .Send(step.Compensate(saga.Input, ResultsOf(saga)), AnswerHere);
    }

    private static async Task ExecuteAsync<T>(BehaviorContext<TwinState, T> context)
        where T : class
    {
        var saga = context.Saga;
        var step = InHand(saga, StepDirection.Execute);
        await (await context.GetSendEndpoint(AddressOf(step)))
            .Send(step.Execute(saga.Input, ResultsOf(saga)), AnswerHere);
    }

    private static SagaEventHead NextEvent(TwinState saga) =>
        new(saga.CorrelationId, saga.Name, ++saga.Events, DateTimeOffset.UtcNow);

    private static StepInHand InHand(TwinState saga, StepDirection direction) =>
        new(saga.CorrelationId, saga.Name, saga.Step, direction, DateTimeOffset.UtcNow.AddMinutes(1));

    private static Uri AddressOf(StepInHand step) => new($"exchange:{step.Queue}");

    private static JsonElement ResultsOf(TwinState saga) => JsonSerializer.SerializeToElement(saga.Results);

    private static void AnswerHere<T>(SendContext<T> context)
        where T : class => context.ResponseAddress = new Uri("exchange:sagas");
}
