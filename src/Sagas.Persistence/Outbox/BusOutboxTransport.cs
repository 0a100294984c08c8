using MassTransit;
using MassTransit.Serialization;

namespace Sagas.Persistence;

/// <summary>Sends through the bus.</summary>
internal sealed class BusOutboxTransport(IBusControl bus, TimeProvider clock) : IOutboxTransport
{
    public bool IsAvailable => bus.CheckHealth().Status != BusHealthStatus.Unhealthy;

    public async Task SendAsync(CapturedMessage message, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(message.Destination).WaitAsync(cancellationToken);
        await endpoint.SendConfirmedAsync(
            new SerializedMessageBody(), cancellationToken, new CapturedMessagePipe(message, clock));
    }
}
