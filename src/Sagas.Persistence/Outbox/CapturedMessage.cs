using System.Globalization;
using System.Net.Mime;
using System.Text;
using MassTransit;
using MassTransit.Context;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// A message as it was produced, serialized once: the row of the outbox, and what the transport needs to send it.
/// </summary>
internal sealed class CapturedMessage
{
    private CapturedMessage(
        OutboxMessage row,
        CapturedAddresses addresses,
        CapturedBody? body,
        IReadOnlyDictionary<string, object> headers,
        IReadOnlyDictionary<string, object> properties)
    {
        Row = row;
        Addresses = addresses;
        Body = body;
        Headers = headers;
        Properties = properties;
    }

    public OutboxMessage Row { get; }

    public IReadOnlyDictionary<string, object> Headers { get; }

    public IReadOnlyDictionary<string, object> Properties { get; }

    public CapturedAddresses Addresses { get; }

    /// <summary>The bytes as they were serialized, unless it was restored from its row.</summary>
    public CapturedBody? Body { get; }

    /// <summary>How large it is on its way.</summary>
    public int Bytes => Body?.GetBytes().Length ?? Encoding.UTF8.GetByteCount(Row.Body);

    /// <summary>Whether the message is to wait: the dispatcher then sends it when its time has come.</summary>
    public bool IsDelayed { get; private init; }

    /// <summary>Serializes a message that is being sent.</summary>
    /// <param name="context">The message.</param>
    /// <param name="now">The present instant.</param>
    /// <param name="lease">For how long the dispatcher leaves the row to the process that writes it.</param>
    public static CapturedMessage From<T>(SendContext<T> context, DateTimeOffset now, TimeSpan lease)
        where T : class
    {
        // The body first: serializers of plain JSON write headers while they serialize.
        var body = context.Serializer.GetMessageBody(context);
        // Serialized here and now; whoever asks again, for bytes or for text, gets the same.
        body.GetBytes();
        var headers = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in context.Headers.GetAll())
        {
            if (header.Value is not null)
            {
                headers[header.Key] = header.Value;
            }
        }

        var delay = context.Delay > TimeSpan.Zero ? context.Delay : null;
        var properties = GetProperties(context);
        var contentType = context.ContentType ?? context.Serializer.ContentType;
        var addresses = new CapturedAddresses(
            context.DestinationAddress
                ?? throw new MessageException(typeof(T), "A message needs a DestinationAddress to be stored."),
            context.SourceAddress,
            context.ResponseAddress,
            context.FaultAddress);
        var row = new OutboxMessage
        {
            MessageId = context.MessageId
                ?? throw new MessageException(typeof(T), "A message needs a MessageId to be stored."),
            DestinationAddress = addresses.Destination.ToString(),
            ContentType = contentType.ToString(),
            MessageType = string.Join(';', context.SupportedMessageTypes ?? []),
            Body = body.GetString(),
            Headers = PrimitiveJson.Serialize(headers),
            Properties = PrimitiveJson.Serialize(properties),
            ConversationId = context.ConversationId,
            CorrelationId = context.CorrelationId,
            InitiatorId = context.InitiatorId,
            RequestId = context.RequestId,
            SourceAddress = addresses.Source?.ToString(),
            ResponseAddress = addresses.Response?.ToString(),
            FaultAddress = addresses.Fault?.ToString(),
            SentTime = context.SentTime?.ToUniversalTime() ?? now.UtcDateTime,
            EnqueuedAt = now.UtcDateTime,
            ExpirationTime = now.UtcDateTime + context.TimeToLive,
            NextTryAt = now.UtcDateTime + (delay ?? lease),
            OrderingKey = context.TryGetPayload<MessageOrder>(out var order) ? order.Key : null,
        };
        return new CapturedMessage(row, addresses, new CapturedBody(contentType, body), headers, properties)
        {
            IsDelayed = delay is not null,
        };
    }

    /// <summary>Restores a message from its row.</summary>
    public static CapturedMessage From(OutboxMessage row)
    {
        return new CapturedMessage(
            row,
            CapturedAddresses.Of(row),
            null,
            PrimitiveJson.Deserialize(row.Headers),
            PrimitiveJson.Deserialize(row.Properties));
    }

    /// <summary>
    /// The bytes as they were serialized, for a bus that reads and writes the message's content type.
    /// </summary>
    public CapturedBody GetBody(ISerialization serialization)
    {
        if (Body is not null)
        {
            return Body;
        }

        var contentType = new ContentType(Row.ContentType);
        // Bodies that are no text are stored in a form that their own format turns back into bytes.
        var body = serialization.TryGetMessageDeserializer(contentType, out var deserializer)
            ? deserializer.GetMessageBody(Row.Body)
            : new StringMessageBody(Row.Body);
        return new CapturedBody(contentType, body);
    }

    /// <summary>For how long the broker is to keep it, if not for ever: at least for a millisecond.</summary>
    public TimeSpan? GetTimeToLive(DateTimeOffset now)
    {
        return Row.ExpirationTime is not { } expiration
            ? null
            : expiration > now.UtcDateTime ? expiration - now.UtcDateTime : TimeSpan.FromMilliseconds(1);
    }

    private static Dictionary<string, object> GetProperties<T>(SendContext<T> context)
        where T : class
    {
        var properties = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        if (context is not TransportSendContext transport)
        {
            return properties;
        }

        transport.WritePropertiesTo(properties);
        if (context.TryGetPayload<PublishContext>(out var publish) && publish.Mandatory)
        {
            properties["Mandatory"] = true;
        }

        // The dispatcher waits in the transport's place.
        properties.Remove("Delay");
        var others = properties.Where(property => property.Value is not (string or bool or long)).ToArray();
        foreach (var (name, value) in others)
        {
            properties[name] = value switch
            {
                byte or short or int => Convert.ToInt64(value, CultureInfo.InvariantCulture),
                Array array => string.Join(';', array.Cast<object>()),
                _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            };
        }

        return properties;
    }
}
