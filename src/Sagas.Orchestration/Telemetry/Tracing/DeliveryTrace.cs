using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Logging;
using Sagas.Orchestration.Transport;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Telemetry.Tracing;

/// <summary>
/// The span of one delivery to the worker's own queue: a payload of its context. It begins when the saga is known whose
/// trace it belongs to, and ends with the delivery, its commit and its tries included.
/// </summary>
internal sealed class DeliveryTrace(SagaTracer tracer, ILogger logger)
{
    private Activity? _span;

    /// <summary>Puts what follows into the saga's trace, and its log lines under the saga's id.</summary>
    /// <returns>Ends the scope of the log.</returns>
    public static IDisposable? Begin<TMessage>(BehaviorContext<SagaState, TMessage> context)
        where TMessage : class =>
        context.TryGetPayload<DeliveryTrace>(out var trace) ? trace.BeginCore(context) : null;

    /// <summary>Ends the span.</summary>
    /// <param name="error">The code or type of what went wrong, if anything did.</param>
    public void End(string? error)
    {
        _span?.Fail(error);
        _span?.Dispose();
    }

    private IDisposable? BeginCore<TMessage>(BehaviorContext<SagaState, TMessage> context)
        where TMessage : class
    {
        var saga = context.Saga;

        // The row of a saga that is only being started says nothing yet. Its trace is that of whoever starts it.
        var isNew = saga.Name.Length == 0;
        var sender = isNew || tracer.IsListenedTo ? TraceContexts.Of(context) : default;
        if (_span is not null)
        {
            // The delivery is tried again.
            Activity.Current = _span;
        }
        else
        {
            _span = tracer.StartProcess(
                context,
                SagaAddresses.Queue,
                typeof(TMessage).Name,
                saga.CorrelationId,
                isNew ? sender : TraceContexts.OfTracedOrNot(saga),
                isNew ? default : sender);
        }

        if (isNew)
        {
            TraceContexts.Put(saga, _span?.Context ?? sender);
        }

        return logger.SagaScope(saga.CorrelationId);
    }
}
