using MassTransit;
using MassTransit.Context;

namespace Sagas.Persistence.Outbox;

/// <summary>Makes a send context carry a captured message: its ids, headers, transport properties and bytes.</summary>
internal sealed class CapturedMessagePipe(CapturedMessage message, SendAttempt attempt, TimeProvider clock)
    : IPipe<SendContext>
{
    public Task Send(SendContext context)
    {
        var row = message.Row;
        context.MessageId = row.MessageId;
        context.RequestId = row.RequestId;
        context.ConversationId = row.ConversationId;
        context.CorrelationId = row.CorrelationId;
        context.InitiatorId = row.InitiatorId;
        context.SourceAddress = message.Addresses.Source;
        context.DestinationAddress = message.Addresses.Destination;
        context.ResponseAddress = message.Addresses.Response;
        context.FaultAddress = message.Addresses.Fault;
        context.SupportedMessageTypes = row.MessageType.Split(';', StringSplitOptions.RemoveEmptyEntries);
        if (message.GetTimeToLive(clock.GetUtcNow()) is { } left)
        {
            context.TimeToLive = left;
        }

        foreach (var (name, value) in message.Headers)
        {
            context.Headers.Set(name, value);
        }

        if (message.Properties.Count > 0 && context is TransportSendContext transport)
        {
            transport.ReadPropertiesFrom(message.Properties);
        }

        context.Serializer = message.GetBody(context.Serialization).For(attempt);
        context.AddOrUpdatePayload(() => attempt, _ => attempt);
        return Task.CompletedTask;
    }

    public void Probe(ProbeContext context)
    {
        context.CreateFilterScope("outboxMessage");
    }
}
