using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;
using Sagas.Contracts;
using IReadOnlyBasicProperties = RabbitMQ.Client.IReadOnlyBasicProperties;

namespace Sagas.Worker.Transport.PlainJson;

/// <summary>
/// Reads a plain JSON body from any AMQP client. Its type is named by the AMQP property <c>type</c>, or by the body's field
/// <c>messageType</c>; MassTransit's own raw JSON names it in a header. The whole message is checked here, so that what is
/// wrong with it is said at once and with the place.
/// </summary>
internal sealed class PlainJsonDeserializer : IMessageDeserializer
{
    private const string TypeField = "messageType";
    private readonly SystemTextJsonRawMessageSerializer _raw = new();

    public ContentType ContentType => _raw.ContentType;

    public void Probe(ProbeContext context) => _raw.Probe(context);

    public MessageBody GetMessageBody(string text) => _raw.GetMessageBody(text);

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        _raw.Deserialize(body, headers, destinationAddress);

    public ConsumeContext Deserialize(ReceiveContext receiveContext)
    {
        var body = receiveContext.Body.GetBytes();
        var type = CheckMessage(body, receiveContext);

        var headers = new DictionarySendHeaders();
        foreach (var (name, value) in receiveContext.TransportHeaders.GetAll())
        {
            headers.Set(name, value);
        }

        headers.Set(MessageHeaders.MessageType, MessageUrn.ForTypeString(type));
        SetMessageId(headers, receiveContext);
        if (ReplyTo(receiveContext) is not null && receiveContext.TransportHeaders.GetResponseAddress() is null)
        {
            headers.Set(MessageHeaders.ResponseAddress, SagaAddresses.ReplyTo);
        }

        return new BodyConsumeContext(
            receiveContext, _raw.Deserialize(new BytesMessageBody(body), headers, receiveContext.InputAddress));
    }

    /// <summary>The AMQP property <c>reply_to</c>, where the transport has one and the sender set it.</summary>
    public static string? ReplyTo(ReceiveContext context) =>
        Properties(context) is { ReplyTo: { Length: > 0 } replyTo } ? replyTo : null;

    private static IReadOnlyBasicProperties? Properties(ReceiveContext context) =>
        context.TryGetPayload<RabbitMqBasicConsumeContext>(out var rabbitMq) ? rabbitMq.Properties : null;

    private static Type CheckMessage(byte[] body, ReceiveContext context)
    {
        JsonElement json;
        try
        {
            json = JsonSerializer.Deserialize<JsonElement>(body);
        }
        catch (JsonException exception)
        {
            throw new UnreadableMessageException(
                RefusalCodes.MalformedMessage,
                $"The body is not JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}. Send one "
                + "JSON object in UTF-8.");
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new UnreadableMessageException(
                RefusalCodes.MalformedMessage, $"The body is a JSON {json.ValueKind}. Send one JSON object.");
        }

        var type = TypeOf(json, context);
        try
        {
            json.Deserialize(type, SystemTextJsonMessageSerializer.Options);
        }
        catch (JsonException exception)
        {
            // The exception's own message may quote the payload; its path does not.
            throw new UnreadableMessageException(
                RefusalCodes.MalformedMessage,
                exception.Path is { Length: > 0 } and not "$"
                    ? $"{type.Name} has a value of the wrong type at {exception.Path}."
                    : $"{type.Name} lacks a required field. It needs: {RequiredFields.Of(type)}.");
        }

        return type;
    }

    private static Type TypeOf(JsonElement json, ReceiveContext context)
    {
        var header = context.TransportHeaders.GetMessageTypes();
        if (header.Length > 0)
        {
            return MessageTypeNames.Find(header) ?? throw UnknownType(header[0]);
        }

        var name = Properties(context) is { Type: { Length: > 0 } amqpType }
            ? amqpType
            : json.TryGetProperty(TypeField, out var field) && field.ValueKind == JsonValueKind.String
                ? field.GetString()!
                : throw new UnreadableMessageException(
                    RefusalCodes.UnknownMessageType,
                    $"The message does not say its type. Name it in the AMQP property 'type', or in the field "
                    + $"'{TypeField}': {MessageTypeNames.Known}.");

        return MessageTypeNames.Find(name) ?? throw UnknownType(name);
    }

    private static UnreadableMessageException UnknownType(string name) => new(
        RefusalCodes.UnknownMessageType,
        $"The message type '{(name.Length <= 100 ? name : name[..100] + "…")}' is none that this queue takes. It takes: "
        + $"{MessageTypeNames.Known}.");

    /// <summary>AMQP message ids are any text; MassTransit's are UUIDs. The same text gives the same UUID.</summary>
    private static void SetMessageId(DictionarySendHeaders headers, ReceiveContext context)
    {
        if (Properties(context) is { MessageId: { Length: > 0 } id } && !Guid.TryParse(id, out _))
        {
            headers.Set(MessageHeaders.MessageId, new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16)).ToString());
        }
    }
}
