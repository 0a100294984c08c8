using MassTransit;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Definitions;
using Sagas.Orchestration.Operators;
using Sagas.Orchestration.Starting;
using Sagas.Orchestration.Telemetry;
using Sagas.Orchestration.Telemetry.Tracing;
using Sagas.Orchestration.Transport;
using Sagas.Orchestration.Undecided;
using Sagas.Persistence;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.StateMachine;

/// <summary>Lets the engine decide what a message means for a saga, and carries the decision out.</summary>
internal sealed class Decide<TMessage>(
    SagaDefinitionCatalog definitions,
    DecisionWriter writer,
    IDeliveryTransaction transaction,
    SagaSpans spans,
    RepeatedCommands commands,
    Refusals refusals,
    RefusedCommands refused,
    CallerSignatures callers,
    SagaMetrics metrics,
    StepMetrics steps,
    EngineLimits limits,
    [SagaClock] TimeProvider clock)
    : SagaActivity<TMessage>
    where TMessage : class
{
    protected override async Task RunAsync(BehaviorContext<SagaState, TMessage> context)
    {
        if (await ReadAsync(context) is not var (definition, before))
        {
            return;
        }

        var command = context.Message as IOperatorCommand;
        var input = command is null
            ? Input(context.Message)
            : new SagaInput.Operator(await callers.NameAsync(context, command));
        var decision = SagaEngine.Handle(
            definition, before, input, clock.GetUtcNow(), Random.Shared.NextDouble, limits);
        if (command is not null)
        {
            await CommandAsync(context, command, definition, before, decision);
            return;
        }

        await writer.WriteAsync(context, decision);
        Trace(context, definition, before, decision);
        if (context.Message is StepDeferred deferred)
        {
            transaction.AfterCommit(() => steps.CountWait(before, decision.Saga, deferred));
        }

        if (context.Message is IStepReply && ReferenceEquals(before, decision.Saga))
        {
            refusals.NoteUnrecorded(context, before.SagaId);
        }
    }

    /// <summary>
    /// What is decided about; <see langword="null"/> if this worker cannot read it, which is left to those that can.
    /// </summary>
    private async Task<(SagaDefinition Definition, SagaInstance Saga)?> ReadAsync(
        BehaviorContext<SagaState, TMessage> context)
    {
        context.TryGetPayload<UndecidedDelivery>(out var delivery);
        delivery?.Reason = null;
        SagaDefinition definition;
        try
        {
            definition = await definitions.GetAsync(
                context.Saga.Name, context.Saga.Version, context.CancellationToken);
        }
        catch (SagaDefinitionException exception) when (delivery is not null)
        {
            delivery!.Reason = exception.Message;
            return null;
        }

        try
        {
            return (definition, SagaStateMapper.Read(context.Saga));
        }
        catch (Exception exception) when (delivery is not null)
        {
            delivery!.Reason = UndecidedReason.OfRow(exception);
            return null;
        }
    }

    private async Task CommandAsync(
        BehaviorContext<SagaState, TMessage> context,
        IOperatorCommand command,
        SagaDefinition definition,
        SagaInstance before,
        SagaTransition decision)
    {
        if (command.IdempotencyKey is { } key && IdempotencyKeyText.ProblemOf(key) is { } problem)
        {
            await RefuseAsync(context, RefusalCodes.InvalidIdempotencyKey, problem);
            return;
        }

        switch (await commands.CheckAsync(context, command, isAccepted: decision.Refusal is null))
        {
            case CommandRepetition.Same:
                transaction.AfterCommit(() => metrics.IdempotencyHit(before.Name));
                await AcceptAsync(context, before, alreadyDone: true);
                break;
            case CommandRepetition.Another:
                await RefuseAsync(
                    context,
                    RefusalCodes.IdempotencyConflict,
                    $"The idempotency key '{command.IdempotencyKey ?? context.MessageId?.ToString()}' belongs to "
                        + "another command. Use a new key for a new command.");
                break;
            case CommandRepetition.First when decision.Refusal is { } refusal:
                await RefuseAsync(context, refusal.Code, refusal.Message);
                break;
            default:
                await writer.WriteAsync(context, decision);
                Trace(context, definition, before, decision);
                await AcceptAsync(context, decision.Saga, alreadyDone: false);
                break;
        }
    }

    private void Trace(
        BehaviorContext<SagaState, TMessage> context,
        SagaDefinition definition,
        SagaInstance before,
        SagaTransition decision)
    {
        spans.Describe(before, decision.Saga);
        var trace = TraceContexts.OfTracedOrNot(context.Saga);
        transaction.AfterCommit(() => spans.Record(trace, definition, before, decision.Saga));
    }

    private static Task AcceptAsync(ConsumeContext context, SagaInstance saga, bool alreadyDone) =>
        context.AnswerAsync(new CommandAccepted
        {
            SagaId = saga.SagaId,
            Command = typeof(TMessage).Name,
            State = saga.State.ToString(),
            AlreadyDone = alreadyDone,
        });

    private Task RefuseAsync(BehaviorContext<SagaState, TMessage> context, string code, string message) =>
        refused.RefuseAsync(
            context, new RequestRefused { Code = code, Message = message, SagaId = context.Saga.CorrelationId });

    private static SagaInput Input(TMessage message) => message switch
    {
        IStepReply reply => new SagaInput.Reply(reply),
        _ => new SagaInput.Due(),
    };
}
