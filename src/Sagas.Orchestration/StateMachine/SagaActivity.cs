using MassTransit;
using Sagas.Orchestration.Telemetry.Tracing;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.StateMachine;

/// <summary>
/// An activity of the state machine for one type of message, without the parts that are the same in all.
/// </summary>
internal abstract class SagaActivity<TMessage> : IStateMachineActivity<SagaState, TMessage>
    where TMessage : class
{
    public async Task Execute(BehaviorContext<SagaState, TMessage> context, IBehavior<SagaState, TMessage> next)
    {
        using var scope = DeliveryTrace.Begin(context);
        await RunAsync(context);
        await next.Execute(context);
    }

    public Task Faulted<TException>(
        BehaviorExceptionContext<SagaState, TMessage, TException> context, IBehavior<SagaState, TMessage> next)
        where TException : Exception => next.Faulted(context);

    public void Probe(ProbeContext context) => context.CreateScope(GetType().Name);

    public void Accept(StateMachineVisitor visitor) => visitor.Visit(this);

    protected abstract Task RunAsync(BehaviorContext<SagaState, TMessage> context);
}
