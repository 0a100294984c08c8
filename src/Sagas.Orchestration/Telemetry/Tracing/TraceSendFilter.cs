using System.Diagnostics;
using MassTransit;

namespace Sagas.Orchestration.Telemetry.Tracing;

/// <summary>Gives the trace of a request that is being served along with what is sent for it.</summary>
internal sealed class TraceSendFilter : IFilter<SendContext>
{
    public Task Send(SendContext context, IPipe<SendContext> next)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            TraceContexts.PutUnlessThere(context, activity.Context);
        }

        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("traceSend");
}
