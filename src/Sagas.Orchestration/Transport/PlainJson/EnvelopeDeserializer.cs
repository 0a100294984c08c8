using System.Net.Mime;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;
using Sagas.Contracts;

namespace Sagas.Orchestration.Transport.PlainJson;

/// <summary>
/// Reads MassTransit's envelope, and checks all of it first: a field that MassTransit would trip over later, outside of
/// any delivery, is refused here at once and with its place. What does not say its content type, or says one that is neither
/// an envelope's nor JSON's, comes here too, and is plain JSON unless it looks like an envelope.
/// </summary>
internal sealed class EnvelopeDeserializer : IMessageDeserializer
{
    /// <summary>What MassTransit sends in the place of an answer, and the command that is in it.</summary>
    private static readonly (string Urn, Type Command)[] Faults =
    [
        (MessageUrn.ForTypeString<Fault<ExecuteStep>>(), typeof(ExecuteStep)),
        (MessageUrn.ForTypeString<Fault<CompensateStep>>(), typeof(CompensateStep)),
    ];

    private readonly SystemTextJsonMessageSerializer _json = new();
    private readonly MessageLimits _limits;
    private readonly MessageReader _reader;
    private readonly PlainJsonDeserializer _plain;

    public EnvelopeDeserializer(MessageLimits limits)
    {
        _limits = limits;
        _reader = new MessageReader(limits);
        _plain = new PlainJsonDeserializer(limits);
    }

    public ContentType ContentType => _json.ContentType;

    public void Probe(ProbeContext context) => _json.Probe(context);

    public MessageBody GetMessageBody(string text) => _json.GetMessageBody(text);

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        _json.Deserialize(body, headers, destinationAddress);

    public ConsumeContext Deserialize(ReceiveContext receiveContext) => IsPlainJson(receiveContext)
        ? _plain.Deserialize(receiveContext)
        : MessageReader.Guard(() => Read(receiveContext));

    private bool IsPlainJson(ReceiveContext context)
    {
        if (MessageReader.Properties(context) is not { } properties || IsEnvelope(properties.ContentType))
        {
            return false;
        }

        try
        {
            return !MessageReader.TryGet(_reader.ReadBody(context, isEnvelope: true).Root, "messageType", out var types)
                || types.ValueKind != JsonValueKind.Array;
        }
        catch (UnreadableMessageException)
        {
            // Whoever reads it says what is wrong.
            return true;
        }
    }

    private BodyConsumeContext Read(ReceiveContext receiveContext)
    {
        if (MessageReader.ReplyTo(receiveContext) is { } replyTo)
        {
            SetAnswerAddress(receiveContext, AnswerAddress.ForQueue(replyTo, isPlainJson: false, requestId: null));
        }

        var json = _reader.ReadBody(receiveContext, isEnvelope: true);
        FindAnswerAddress(receiveContext, json.Root);
        var envelope = ReadEnvelope(_reader.Fit(json, TypesOf(json.Root)));
        var types = (envelope.MessageType ?? []).OfType<string>().ToArray();
        var known = types.Select(_limits.Types.Find).OfType<Type>().Distinct().ToArray();
        if (known.Length > 1)
        {
            throw Malformed($"The envelope's messageType names {string.Join(" and ", known.Select(x => x.Name))}. A "
                + "message is one of them.");
        }

        if (envelope.Message is not JsonElement { ValueKind: JsonValueKind.Object } message)
        {
            throw Malformed("The envelope's message is not a JSON object.");
        }

        CheckFault(types, message);
        var ids = new EnvelopeMessageContext(envelope, _json);
        CheckIds(ids);
        var read = known.Length == 1 ? MessageReader.ReadMessage(message, known[0]) : message;
        return new BodyConsumeContext(receiveContext, new SystemTextJsonSerializerContext(
            SystemTextJsonMessageSerializer.Instance,
            SystemTextJsonMessageSerializer.Options,
            ContentType,
            ids,
            types,
            envelope,
            read));
    }

    private static bool IsEnvelope(string? contentType) =>
        contentType?.StartsWith(SystemTextJsonMessageSerializer.JsonContentType.MediaType, StringComparison.OrdinalIgnoreCase) == true;

    private IEnumerable<Type> TypesOf(JsonElement envelope) =>
        MessageReader.TryGet(envelope, "messageType", out var types) && types.ValueKind == JsonValueKind.Array
            ? types.EnumerateArray()
                .Where(x => x.ValueKind == JsonValueKind.String)
                .Select(x => _limits.Types.Find(x.GetString()!))
                .OfType<Type>()
                .DefaultIfEmpty(typeof(object))
            : [typeof(object)];

    /// <summary>First of all, so that whatever else is wrong can be answered.</summary>
    private static void FindAnswerAddress(ReceiveContext receiveContext, JsonElement json)
    {
        var requestId = MessageReader.Text(json, "requestId") is { } id && Guid.TryParse(id, out var guid)
            ? guid
            : (Guid?)null;
        if (MessageReader.Text(json, "responseAddress") is { Length: > 0 } text)
        {
            SetAnswerAddress(
                receiveContext,
                AnswerAddress.Parse(receiveContext, text, isPlainJson: false, requestId)
                    ?? throw Malformed("The envelope's responseAddress is none that the worker can answer to. "
                        + $"{AnswerAddress.Allowed}"));
        }
        else if (AnswerAddress.Of(receiveContext) is { } address)
        {
            SetAnswerAddress(receiveContext, address with { RequestId = requestId });
        }
    }

    private static JsonMessageEnvelope ReadEnvelope(JsonElement json)
    {
        try
        {
            var envelope = json.Deserialize<MessageEnvelope>(SystemTextJsonMessageSerializer.Options)
                ?? throw Malformed("The envelope is null.");

            // Answers go out by the payload, faults not at all: MassTransit is not to see the addresses.
            return new JsonMessageEnvelope(envelope)
            {
                SourceAddress = null,
                DestinationAddress = null,
                ResponseAddress = null,
                FaultAddress = null,
            };
        }
        catch (JsonException exception)
        {
            throw Malformed($"The envelope has a wrong value at {exception.Path}.");
        }
    }

    private static void CheckFault(string[] types, JsonElement message)
    {
        foreach (var (_, command) in Faults.Where(x => types.Contains(x.Urn)))
        {
            if (!message.TryGetProperty("message", out var inner) || inner.ValueKind != JsonValueKind.Object)
            {
                throw Malformed("The fault lacks the command that it is about.");
            }

            MessageReader.ReadMessage(inner, command);
        }
    }

    private static void CheckIds(EnvelopeMessageContext ids)
    {
        Check("messageId", () => ids.MessageId);
        Check("requestId", () => ids.RequestId);
        Check("correlationId", () => ids.CorrelationId);
        Check("conversationId", () => ids.ConversationId);
        Check("initiatorId", () => ids.InitiatorId);

        static void Check(string name, Func<Guid?> id)
        {
            try
            {
                id();
            }
            catch (FormatException)
            {
                throw Malformed($"The envelope's {name} is not a UUID.");
            }
        }
    }

    private static void SetAnswerAddress(ReceiveContext context, AnswerAddress address) =>
        context.AddOrUpdatePayload(() => address, _ => address);

    private static UnreadableMessageException Malformed(string message) => new(RefusalCodes.MalformedMessage, message);
}
