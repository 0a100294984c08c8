using MassTransit;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// Has a message moved to the error queue that was refused and whose sender gave no address for the answer: once the
/// delivery is over, so that a refusal is no fault of it.
/// </summary>
internal sealed class RefusedDeliveryFilter : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        await next.Send(context);
        if (AnswerAddress.Of(context.ReceiveContext) is null
            && context.ReceiveContext.TryGetPayload<RequestRefusedException>(out var refused))
        {
            throw refused;
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("refusedDelivery");
}
