using MassTransit;
using Sagas.Contracts;
using Sagas.Orchestration.Transport.PlainJson;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// Refuses to its sender a message of a type that nobody consumes here, before MassTransit moves it to the queue for
/// skipped messages.
/// </summary>
internal sealed class UnknownMessageFilter(string queue, MessageTypeNames types, Refusals refusals) : IFilter<ReceiveContext>
{
    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        if (context.TryGetPayload<SetAside>(out _))
        {
            return;
        }

        await refusals.RefuseAsync(context, "unknown", new RequestRefused
        {
            Code = RefusalCodes.UnknownMessageType,
            Message = $"The message's type is none that the queue '{queue}' takes. It takes: {types.Known}.",
        });
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("unknownMessage");
}
