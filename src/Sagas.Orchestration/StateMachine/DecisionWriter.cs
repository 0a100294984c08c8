using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Telemetry;
using Sagas.Orchestration.Telemetry.Tracing;
using Sagas.Orchestration.Transport;
using Sagas.Persistence;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.StateMachine;

/// <summary>
/// Carries an engine's decision out within the delivery's transaction: the saga's row, its history, and the messages,
/// which the outbox keeps until the commit.
/// </summary>
internal sealed class DecisionWriter(
    IDeliveryTransaction transaction,
    IOptions<TransportOptions> options,
    SagaMetrics metrics,
    StepMetrics steps,
    SagaTracer tracer,
    ILogger<DecisionWriter> logger)
{
    public async Task WriteAsync<TMessage>(BehaviorContext<SagaState, TMessage> context, SagaTransition decision)
        where TMessage : class
    {
        var stateBefore = context.Saga.State;
        SagaStateMapper.Write(decision.Saga, context.Saga);
        context.Saga.State = stateBefore;
        var next = new NextState(decision.Saga.State.ToString());
        context.AddOrUpdatePayload(() => next, _ => next);

        foreach (var entry in decision.History)
        {
            transaction.Insert(SagaStateMapper.ToEntry(decision.Saga.SagaId, entry));
        }

        transaction.AfterCommit(() => steps.Record(decision));
        var trace = tracer.Current ?? TraceContexts.Of(context.Saga);
        foreach (var message in decision.Messages)
        {
            switch (message)
            {
                case OutgoingMessage.Command { Message: ExecuteStep execute } command:
                    await SendAsync(context, command.Participant, execute, trace);
                    break;
                case OutgoingMessage.Command { Message: CompensateStep compensate } command:
                    await SendAsync(context, command.Participant, compensate, trace);
                    break;
                case OutgoingMessage.Event @event:
                    await context.Publish(
                        @event.Message,
                        @event.Message.GetType(),
                        x =>
                        {
                            x.TimeToLive = options.Value.EventTimeToLive;
                            TraceContexts.Put(x, trace);
                            x.KeepOrder(decision.Saga.SagaId);
                        });
                    transaction.AfterCommit(() => Count(@event.Message, decision.Saga));
                    LogAfterCommit(@event.Message, decision.Saga);
                    break;
            }
        }
    }

    private async Task SendAsync<TCommand>(
        ConsumeContext context, Participant participant, TCommand command, ActivityContext trace)
        where TCommand : class, IStepCommand
    {
        var queue = participant is QueueParticipant { Queue: var own } ? own : SagaAddresses.HttpQueue;
        using var span = tracer.StartSend(context, queue, typeof(TCommand).Name, command.SagaId, trace);
        await context.Send(SagaAddresses.ForQueue(queue), command, x =>
        {
            x.ResponseAddress = SagaAddresses.Worker;
            x.CorrelationId = command.SagaId;
            x.MustBeRouted();
            TraceContexts.Put(x, span?.Context ?? trace);
            if (participant is QueueParticipant { Format: MessageFormat.Json })
            {
                x.AsPlainJson(replyTo: SagaAddresses.Queue);
            }
        });
    }

    private void Count(ISagaEvent @event, SagaInstance saga)
    {
        switch (@event)
        {
            case SagaStarted:
                metrics.Started(saga.Name);
                break;
            case SagaCompensating:
                metrics.Compensating(saga.Name);
                break;
            case SagaSuspended:
                metrics.Suspended(saga.Name);
                break;
            case SagaCompleted or SagaCompensated or SagaAborted:
                metrics.Ended(saga.Name, saga.State.ToString(), saga.EndedAt!.Value - saga.StartedAt);
                break;
        }
    }

    /// <summary>
    /// Says what has happened once it has, and not at each try of a delivery that waits for the database: in the trace that
    /// the delivery belongs to, and under the saga's id.
    /// </summary>
    private void LogAfterCommit(ISagaEvent @event, SagaInstance saga)
    {
        var span = Activity.Current;
        transaction.AfterCommit(() =>
        {
            var outer = Activity.Current;
            Activity.Current = span;
            try
            {
                using var scope = logger.SagaScope(saga.SagaId);
                Log(@event, saga);
            }
            finally
            {
                Activity.Current = outer;
            }
        });
    }

    private void Log(ISagaEvent @event, SagaInstance saga)
    {
        switch (@event)
        {
            case SagaStarted:
                logger.SagaStarted(saga.Name, saga.Version, saga.SagaId);
                break;
            case SagaSuspended suspended:
                logger.SagaSuspended(saga.Name, saga.SagaId, suspended.Code, suspended.Message);
                break;
            case SagaCompleted or SagaCompensated or SagaAborted:
                logger.SagaStateChanged(saga.Name, saga.SagaId, saga.State.ToString());
                break;
        }
    }
}
