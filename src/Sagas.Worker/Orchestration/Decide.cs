using MassTransit;
using Sagas.Contracts;
using Sagas.Persistence;
using Sagas.Worker.Definitions;
using Sagas.Worker.Telemetry;
using Sagas.Worker.Transport;

namespace Sagas.Worker.Orchestration;

/// <summary>Lets the engine decide what a message means for a saga, and carries the decision out.</summary>
internal sealed class Decide<TMessage>(
    SagaDefinitionCatalog definitions,
    DecisionWriter writer,
    IDeliveryTransaction transaction,
    SagaSpans spans,
    Refusals refusals,
    TimeProvider clock)
    : SagaActivity<TMessage>
    where TMessage : class
{
    protected override async Task RunAsync(BehaviorContext<SagaState, TMessage> context)
    {
        var definition = await definitions.GetAsync(context.Saga.Name, context.Saga.Version, context.CancellationToken);
        var before = SagaStateMapper.Read(context.Saga);
        var decision = SagaEngine.Handle(
            definition, before, Input(context.Message), clock.GetUtcNow(), Random.Shared.NextDouble);

        if (decision.Refusal is { } refusal)
        {
            await refusals.RefuseAsync(context, new RequestRefused
            {
                Code = refusal.Code,
                Message = refusal.Message,
                SagaId = before.SagaId,
            });
            return;
        }

        await writer.WriteAsync(context, decision);
        spans.Describe(before, decision.Saga);
        var trace = TraceContexts.OfTracedOrNot(context.Saga);
        transaction.AfterCommit(() => spans.Record(trace, definition, before, decision.Saga));
        if (context.Message is IStepReply && decision.History.Count == 0)
        {
            refusals.NoteUnrecorded(context, before.SagaId);
        }

        if (context.Message is IOperatorCommand)
        {
            await context.AnswerAsync(new CommandAccepted
            {
                SagaId = before.SagaId,
                Command = typeof(TMessage).Name,
                State = decision.Saga.State.ToString(),
            });
        }
    }

    private static SagaInput Input(TMessage message) => message switch
    {
        IStepReply reply => new SagaInput.Reply(reply),
        IOperatorCommand command => new SagaInput.Operator(command),
        _ => new SagaInput.Due(),
    };
}
