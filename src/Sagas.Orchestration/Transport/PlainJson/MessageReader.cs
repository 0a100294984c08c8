using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;
using Sagas.Contracts;
using IReadOnlyBasicProperties = RabbitMQ.Client.IReadOnlyBasicProperties;

namespace Sagas.Orchestration.Transport.PlainJson;

/// <summary>
/// What reading a message has in common, with an envelope and without: all that is wrong is said as a refusal.
/// </summary>
internal sealed class MessageReader(MessageLimits limits)
{
    /// <summary>
    /// How deep a message to the worker may be nested. What is sent on to participants stands deeper in its message than
    /// it came, and many a JSON reader, .NET's among them, ends at 64.
    /// </summary>
    public const int MaxDepth = 50;

    /// <summary>How deep a start's input may be nested: in its message it stands under <c>message</c> and <c>input</c>.</summary>
    public const int MaxInputDepth = MaxDepth - 3;

    /// <summary>As MassTransit reads, but what a contract does not allow to be null is not.</summary>
    private static readonly JsonSerializerOptions Contracts =
        new(SystemTextJsonMessageSerializer.Options) { RespectNullableAnnotations = true };

    private static readonly JsonSerializerOptions Replies = LenientReplies.Of(Contracts);

    private readonly JsonSerializerOptions _strict = new() { MaxDepth = limits.MaxDepth };

    /// <summary>Turns whatever a body manages to throw into a refusal.</summary>
    /// <exception cref="UnreadableMessageException">The message cannot be read.</exception>
    public static ConsumeContext Guard(Func<ConsumeContext> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is not UnreadableMessageException)
        {
            throw new UnreadableMessageException(
                RefusalCodes.MalformedMessage, $"The message cannot be read ({exception.GetType().Name}).", exception);
        }
    }

    /// <summary>
    /// Reads a body that must be a JSON object: in any encoding, compressed or not. Whether it may be nested too deep, or be almost
    /// JSON, is for <see cref="Fit"/> to say.
    /// </summary>
    public MessageJson ReadBody(ReceiveContext context, bool isEnvelope)
    {
        var properties = Properties(context);
        return ReadBody(context.Body.GetBytes(), properties?.ContentType, properties?.ContentEncoding, isEnvelope);
    }

    /// <inheritdoc cref="ReadBody(ReceiveContext, bool)"/>
    internal MessageJson ReadBody(byte[] body, string? contentType, string? contentEncoding, bool isEnvelope)
    {
        body = Unpack(body, contentEncoding);
        MessageJson json;
        try
        {
            json = Parse(body, ContentEncoding.CharsetOf(contentType, contentEncoding), isEnvelope);
        }
        catch (JsonException exception)
        {
            throw NoJson(exception);
        }

        return json.Root.ValueKind == JsonValueKind.Object
            ? json
            : throw new UnreadableMessageException(
                RefusalCodes.MalformedMessage, $"The body is a JSON {json.Root.ValueKind}. Send one JSON object.");
    }

    /// <summary>
    /// The body of a message of some types. Of a reply, what is nested too deep is text, and what is almost JSON is taken for what it
    /// can only mean, for who has acted has acted; any other message is refused.
    /// </summary>
    /// <exception cref="UnreadableMessageException">It is nested too deep, or no JSON.</exception>
    public JsonElement Fit(MessageJson json, params IEnumerable<Type> types) =>
        json is { IsFlattened: false, Mistake: null } || types.All(typeof(IStepReply).IsAssignableFrom)
            ? json.Root
            : throw (json.Mistake is { } mistake
                ? NoJson(mistake)
                : new UnreadableMessageException(
                    RefusalCodes.MalformedMessage,
                    $"The body is nested too deep. Send one JSON object in UTF-8, at most {limits.MaxDepth} levels deep."));

    /// <summary>Reads the message itself.</summary>
    public static object ReadMessage(JsonElement json, Type type)
    {
        try
        {
            return json.Deserialize(type, typeof(IStepReply).IsAssignableFrom(type) ? Replies : Contracts)!;
        }
        catch (JsonException exception)
        {
            // The exception's own message may quote the payload; its path does not.
            throw new UnreadableMessageException(
                RefusalCodes.MalformedMessage,
                exception.Path is { Length: > 0 } and not "$"
                    ? $"{type.Name} has null or a value of the wrong type at {exception.Path}."
                    : $"{type.Name} lacks a required field. It needs: {RequiredFields.Of(type)}.");
        }
    }

    private byte[] Unpack(byte[] body, string? contentEncoding)
    {
        try
        {
            if (body.Length <= limits.MaxBytes
                && ContentEncoding.TryUnpack(body, contentEncoding, limits.MaxBytes, out var unpacked))
            {
                return unpacked;
            }
        }
        catch (InvalidDataException exception)
        {
            throw new UnreadableMessageException(
                RefusalCodes.MalformedMessage,
                "The body is not compressed as the property content_encoding says.",
                exception);
        }

        var size = body.Length > limits.MaxBytes ? $"{body.Length} bytes" : "more bytes when it is unpacked";
        throw new UnreadableMessageException(
            RefusalCodes.MessageTooLarge,
            $"The body has {size}, {limits.MaxBytes} are allowed ({limits.MaxBytesSetting}). Store what is large elsewhere "
            + "and pass a reference.");
    }

    private MessageJson Parse(byte[] body, string? charset, bool isEnvelope)
    {
        if (!ForeignJson.IsPlainUtf8(body))
        {
            body = ForeignJson.ToUtf8(body, charset);
        }

        try
        {
            return new MessageJson(JsonSerializer.Deserialize<JsonElement>(body, _strict), IsFlattened: false);
        }
        catch (JsonException) when (body.Contains((byte)0)
            && ForeignJson.ToUtf8(body, charset) is var utf8 && !utf8.Contains((byte)0))
        {
            // UTF-16 of ASCII is UTF-8 as well, with zeros.
            return Parse(utf8, charset: null, isEnvelope);
        }
        catch (JsonException exception)
        {
            return ParseAlmost(body, isEnvelope, exception);
        }
    }

    private MessageJson ParseAlmost(byte[] body, bool isEnvelope, JsonException exception)
    {
        // MassTransit takes comments and trailing commas in an envelope.
        var rewritten = AlmostJson.Rewrite(body, out var isGuess);
        var mistake = rewritten is not null && (isGuess || !isEnvelope) ? exception : null;
        if (ForeignJson.TryFlatten(rewritten ?? body, limits.MaxDepth - 1, out var flat))
        {
            return new MessageJson(flat, IsFlattened: true, mistake);
        }

        if (rewritten is null)
        {
            throw exception;
        }

        try
        {
            return new MessageJson(JsonSerializer.Deserialize<JsonElement>(rewritten, _strict), IsFlattened: false, mistake);
        }
        catch (JsonException)
        {
            // The place in the body that came, not in what it was rewritten to.
            throw exception;
        }
    }

    private UnreadableMessageException NoJson(JsonException exception) => new(
        RefusalCodes.MalformedMessage,
        $"The body is not JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}. Send "
        + $"one JSON object in UTF-8, at most {limits.MaxDepth} levels deep.");

    /// <summary>A field, in whatever case it is spelt.</summary>
    public static bool TryGet(JsonElement json, string field, out JsonElement value)
    {
        if (json.TryGetProperty(field, out value))
        {
            return true;
        }

        foreach (var property in json.EnumerateObject())
        {
            if (property.Name.Equals(field, StringComparison.OrdinalIgnoreCase))
            {
                value = property.Value;
                return true;
            }
        }

        return false;
    }

    /// <summary>A field that is a string, and one that .NET can hold.</summary>
    public static string? Text(JsonElement json, string field)
    {
        if (!TryGet(json, field, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }

    /// <summary>The AMQP property <c>reply_to</c>, where the transport has one and it can be a queue's name.</summary>
    public static string? ReplyTo(ReceiveContext context) =>
        Properties(context)?.ReplyTo is { } replyTo && !string.IsNullOrWhiteSpace(replyTo) ? replyTo : null;

    /// <summary>What came beside the body, where the transport is AMQP.</summary>
    public static IReadOnlyBasicProperties? Properties(ReceiveContext context) =>
        context.TryGetPayload<RabbitMqBasicConsumeContext>(out var rabbitMq) ? rabbitMq.Properties : null;
}
