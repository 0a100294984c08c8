using System.Globalization;
using MassTransit;
using Sagas.Orchestration.Transport;
using Sagas.Orchestration.Transport.PlainJson;
using Sagas.Persistence;
using Sagas.Persistence.Delivery.Moving;
using Sagas.Persistence.Outbox;

namespace Sagas.Orchestration.Undecided;

/// <summary>A delivery as a row of the outbox, by which the workers' queue gets it once more as it came.</summary>
internal static class ReturningMessage
{
    // How MassTransit names what RabbitMQ carries beside the headers.
    private const string ReplyTo = "RMQ-ReplyTo";
    private const string Type = "RMQ-Type";

    // Half of what fits into a frame at most, with which it is sent once more.
    private const int MostHeaderBytes = 32 * 1024;

    /// <summary>What the transport sets by itself, from the row.</summary>
    private static readonly HashSet<string> Ids = new(StringComparer.OrdinalIgnoreCase)
    {
        MessageHeaders.MessageId, MessageHeaders.CorrelationId, "Content-Type", MessageHeaders.ContentType,
    };

    public static OutboxMessage Of(ConsumeContext context)
    {
        var receive = context.ReceiveContext;
        var sent = (context.SentTime ?? DateTime.UtcNow).ToUniversalTime();
        return new OutboxMessage
        {
            MessageId = context.MessageId ?? NewId.NextGuid(),
            DestinationAddress = SagaAddresses.Worker.ToString(),
            ContentType = receive.ContentType.ToString(),
            MessageType = Storable(string.Join(';', context.SupportedMessageTypes)),
            Body = Storable(receive.Body.GetString()),
            Headers = PrimitiveJson.Serialize(Headers(receive)),
            Properties = PrimitiveJson.Serialize(Properties(receive)),
            ConversationId = context.ConversationId,
            CorrelationId = AnswerAddress.Of(receive)?.CorrelationId ?? context.CorrelationId,
            InitiatorId = context.InitiatorId,
            RequestId = context.RequestId,
            SentTime = sent,
            ExpirationTime = context.ExpirationTime?.ToUniversalTime(),
        };
    }

    // PostgreSQL keeps no NUL in a text.
    private static string Storable(string text) => text.Replace('\0', '\uFFFD');

    private static Dictionary<string, object> Headers(ReceiveContext context)
    {
        var headers = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in context.TransportHeaders.GetAll())
        {
            if (Ids.Contains(name) || name.StartsWith("RabbitMQ-", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (value is string or bool or long or double)
            {
                headers[name] = value;
            }
            else if (value is byte or short or int)
            {
                headers[name] = Convert.ToInt64(value, CultureInfo.InvariantCulture);
            }
        }

        return HeaderTable.Fit(headers, MostHeaderBytes, out _)
            .ToDictionary(x => x.Key, x => x.Value!, StringComparer.OrdinalIgnoreCase);
    }

    private static Dictionary<string, object> Properties(ReceiveContext context)
    {
        var properties = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        if (MessageReader.Properties(context) is { } amqp)
        {
            if (amqp.ReplyTo is { Length: > 0 } replyTo)
            {
                properties[ReplyTo] = replyTo;
            }

            if (amqp.Type is { Length: > 0 } type)
            {
                properties[Type] = type;
            }
        }

        return properties;
    }
}
