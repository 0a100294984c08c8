using MassTransit;
using Microsoft.Extensions.Logging;
using Sagas.Orchestration.Transport;

namespace Sagas.Orchestration.Telemetry.Tracing;

/// <summary>Gives every delivery to the worker's own queue its <see cref="DeliveryTrace"/>, and ends it.</summary>
internal sealed class DeliveryTraceFilter(SagaTracer tracer, ILogger<DeliveryTraceFilter> logger)
    : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        var trace = new DeliveryTrace(tracer, logger);
        context.AddOrUpdatePayload(() => trace, _ => trace);
        try
        {
            await next.Send(context);
            trace.End(
                context.ReceiveContext.TryGetPayload<RequestRefusedException>(out var refused) ? refused.Code : null);
        }
        catch (Exception exception)
        {
            trace.End(exception.GetType().FullName);
            throw;
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("deliveryTrace");
}
