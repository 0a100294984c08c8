using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;
using Sagas.Contracts;

namespace Sagas.Orchestration.Transport.PlainJson;

/// <summary>
/// Reads a plain JSON body from any AMQP client. Its type is named by the AMQP property <c>type</c>, or by the body's
/// field <c>messageType</c>; MassTransit's own raw JSON names it in a header. The whole message is checked here, so
/// that what is wrong with it is said at once and with the place.
/// </summary>
internal sealed class PlainJsonDeserializer : IMessageDeserializer
{
    private const string TypeField = "messageType";
    private readonly SystemTextJsonRawMessageSerializer _raw = new();
    private readonly MessageLimits _limits;
    private readonly MessageReader _reader;

    public PlainJsonDeserializer(MessageLimits limits) => (_limits, _reader) = (limits, new MessageReader(limits));

    public ContentType ContentType => _raw.ContentType;

    public void Probe(ProbeContext context) => _raw.Probe(context);

    public MessageBody GetMessageBody(string text) => _raw.GetMessageBody(text);

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        _raw.Deserialize(body, headers, destinationAddress);

    public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
        MessageReader.Guard(() => Read(receiveContext));

    private BodyConsumeContext Read(ReceiveContext receiveContext)
    {
        FindAnswerAddress(receiveContext);
        var json = _reader.ReadBody(receiveContext, isEnvelope: false);
        var type = TypeOf(json.Root, receiveContext);
        var message = MessageReader.ReadMessage(_reader.Fit(json, type), type);

        var headers = new DictionarySendHeaders();
        foreach (var (name, value) in receiveContext.TransportHeaders.GetAll())
        {
            // Answers go out by the payload, faults not at all: MassTransit is not to see the addresses.
            if (!name.EndsWith("-Address", StringComparison.OrdinalIgnoreCase))
            {
                headers.Set(name, value);
            }
        }

        headers.Set(MessageHeaders.MessageType, MessageUrn.ForTypeString(type));
        SetMessageId(headers, receiveContext);
        return new BodyConsumeContext(receiveContext, new SystemTextJsonSerializerContext(
            SystemTextJsonMessageSerializer.Instance,
            SystemTextJsonMessageSerializer.Options,
            ContentType,
            new RawMessageContext(headers, receiveContext.InputAddress, RawSerializerOptions.Default),
            [MessageUrn.ForTypeString(type)],
            message: message));
    }

    /// <summary>First of all, so that whatever else is wrong can be answered.</summary>
    private static void FindAnswerAddress(ReceiveContext context)
    {
        var headers = context.TransportHeaders;
        var requestId = headers.GetRequestId();
        AnswerAddress? address = null;
        if (headers.TryGetHeader(MessageHeaders.ResponseAddress, out var value) && value is string { Length: > 0 } text)
        {
            address = AnswerAddress.Parse(context, text, isPlainJson: true, requestId)
                ?? throw new UnreadableMessageException(
                    RefusalCodes.MalformedMessage,
                    $"The header {MessageHeaders.ResponseAddress} is no address that the worker can answer to. "
                        + $"{AnswerAddress.Allowed}");
        }
        else if (MessageReader.ReplyTo(context) is { } replyTo)
        {
            address = AnswerAddress.ForQueue(replyTo, isPlainJson: true, requestId);
        }

        if (address is not null)
        {
            address = address with { CorrelationId = headers.GetCorrelationId() };
            context.AddOrUpdatePayload(() => address, _ => address);
        }
    }

    private Type TypeOf(JsonElement json, ReceiveContext context)
    {
        var header = context.TransportHeaders.GetMessageTypes();
        if (header.Length > 0)
        {
            return _limits.Types.Find(header) ?? throw UnknownType(header[0]);
        }

        var name = MessageReader.Properties(context) is { Type: { Length: > 0 } amqpType }
            ? amqpType
            : MessageReader.Text(json, TypeField)
                ?? throw new UnreadableMessageException(
                    RefusalCodes.UnknownMessageType,
                    $"The message does not say its type. Name it in the AMQP property 'type', or in the field "
                    + $"'{TypeField}': {_limits.Types.Known}.");

        return _limits.Types.Find(name) ?? throw UnknownType(name);
    }

    private UnreadableMessageException UnknownType(string name) => new(
        RefusalCodes.UnknownMessageType,
        $"The message type '{(name.Length <= 100 ? name : name[..100] + "…")}' is none that this queue takes. It "
        + $"takes: {_limits.Types.Known}.");

    /// <summary>AMQP message ids are any text; MassTransit's are UUIDs. The same text gives the same UUID.</summary>
    private static void SetMessageId(DictionarySendHeaders headers, ReceiveContext context)
    {
        if (MessageReader.Properties(context) is { MessageId: { Length: > 0 } id } && !Guid.TryParse(id, out _))
        {
            headers.Set(
                MessageHeaders.MessageId,
                new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16)).ToString());
        }
    }
}
