using System.Text.Json;
using MassTransit;
using Sagas.Benchmarks.Participants;
using Sagas.Contracts;

namespace Sagas.Benchmarks.Systems.Twins;

/// <summary>
/// The benchmark's saga as one writes it with MassTransit alone: the same messages to the same queues, with no
/// timeouts and no retries.
/// </summary>
internal sealed class TwinStateMachine : MassTransitStateMachine<TwinState>
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

    public State Running { get; private set; } = null!;

    public State Compensating { get; private set; } = null!;

    public Event<StartSaga> StartRequested { get; private set; } = null!;

    public Event<StepSucceeded> StepSucceeded { get; private set; } = null!;

    public Event<StepFailed> StepFailed { get; private set; } = null!;

    private static async Task StartAsync(BehaviorContext<TwinState, StartSaga> context)
    {
        var saga = context.Saga;
        saga.Name = context.Message.SagaName;
        saga.Input = context.Message.Input!.Value;
        saga.Step = 1;
        await context.Publish(new SagaStarted
        {
            SagaId = saga.CorrelationId,
            SagaName = saga.Name,
            SagaVersion = 1,
            Sequence = ++saga.Events,
            OccurredAt = DateTimeOffset.UtcNow,
        });
        await ExecuteAsync(context);
    }

    private static async Task GoOnAsync(BehaviorContext<TwinState, StepSucceeded> context)
    {
        var saga = context.Saga;
        saga.Results[context.Message.Step] = context.Message.Result;
        await context.Publish(new SagaStepCompleted
        {
            SagaId = saga.CorrelationId,
            SagaName = saga.Name,
            SagaVersion = 1,
            Sequence = ++saga.Events,
            OccurredAt = DateTimeOffset.UtcNow,
            Step = context.Message.Step,
            Attempts = 1,
            Result = context.Message.Result,
        });
        if (saga.Step < BenchmarkSagas.StepsOf(saga.Name))
        {
            saga.Step++;
            await ExecuteAsync(context);
            return;
        }

        saga.Step = 0;
        await context.Publish(new SagaCompleted
        {
            SagaId = saga.CorrelationId,
            SagaName = saga.Name,
            SagaVersion = 1,
            Sequence = ++saga.Events,
            OccurredAt = DateTimeOffset.UtcNow,
            Results = JsonSerializer.SerializeToElement(saga.Results),
        });
    }

    private static async Task TurnBackAsync(BehaviorContext<TwinState, StepFailed> context)
    {
        var saga = context.Saga;
        await context.Publish(new SagaStepFailed
        {
            SagaId = saga.CorrelationId,
            SagaName = saga.Name,
            SagaVersion = 1,
            Sequence = ++saga.Events,
            OccurredAt = DateTimeOffset.UtcNow,
            Step = context.Message.Step,
            Attempts = 1,
            Code = context.Message.Code,
            Message = context.Message.Message,
        });
        await context.Publish(new SagaCompensating
        {
            SagaId = saga.CorrelationId,
            SagaName = saga.Name,
            SagaVersion = 1,
            Sequence = ++saga.Events,
            OccurredAt = DateTimeOffset.UtcNow,
            Code = context.Message.Code,
            Message = context.Message.Message,
        });
        await UndoStepBeforeAsync(context);
    }

    private static async Task GoBackAsync(BehaviorContext<TwinState, StepSucceeded> context)
    {
        var saga = context.Saga;
        await context.Publish(new SagaStepCompensated
        {
            SagaId = saga.CorrelationId,
            SagaName = saga.Name,
            SagaVersion = 1,
            Sequence = ++saga.Events,
            OccurredAt = DateTimeOffset.UtcNow,
            Step = context.Message.Step,
            Attempts = 1,
        });
        await UndoStepBeforeAsync(context);
    }

    private static async Task UndoStepBeforeAsync<T>(BehaviorContext<TwinState, T> context)
        where T : class
    {
        var saga = context.Saga;
        if (--saga.Step > 0)
        {
            var (step, address, key) = InHand(saga, StepDirection.Compensate);
            await (await context.GetSendEndpoint(address)).Send(new CompensateStep
            {
                SagaId = saga.CorrelationId,
                SagaName = saga.Name,
                SagaVersion = 1,
                Step = step,
                Attempt = 1,
                IdempotencyKey = key,
                Input = saga.Input,
                Results = JsonSerializer.SerializeToElement(saga.Results),
                Deadline = DateTimeOffset.UtcNow.AddMinutes(1),
            }, AnswerHere);
            return;
        }

        await context.Publish(new SagaCompensated
        {
            SagaId = saga.CorrelationId,
            SagaName = saga.Name,
            SagaVersion = 1,
            Sequence = ++saga.Events,
            OccurredAt = DateTimeOffset.UtcNow,
        });
    }

    private static async Task ExecuteAsync<T>(BehaviorContext<TwinState, T> context)
        where T : class
    {
        var saga = context.Saga;
        var (step, address, key) = InHand(saga, StepDirection.Execute);
        await (await context.GetSendEndpoint(address)).Send(new ExecuteStep
        {
            SagaId = saga.CorrelationId,
            SagaName = saga.Name,
            SagaVersion = 1,
            Step = step,
            Attempt = 1,
            IdempotencyKey = key,
            Input = saga.Input,
            Results = JsonSerializer.SerializeToElement(saga.Results),
            Deadline = DateTimeOffset.UtcNow.AddMinutes(1),
        }, AnswerHere);
    }

    private static (string Step, Uri Address, string Key) InHand(TwinState saga, StepDirection direction) => (
        $"step-{saga.Step}",
        new Uri($"exchange:{ParticipantsProcess.Queues[(saga.Step - 1) % ParticipantsProcess.Queues.Count]}"),
        $"{saga.CorrelationId}/step-{saga.Step}/{direction}/1");

    private static void AnswerHere<T>(SendContext<T> context)
        where T : class => context.ResponseAddress = new Uri("exchange:sagas");
}
