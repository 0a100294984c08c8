using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sagas.Contracts;
using Sagas.Orchestration.Transport.PlainJson;

namespace Sagas.Tests.Transport;

public sealed class MessageReaderTests
{
    private const string Id = "6f1f4a52-1d0e-4f6b-9d1c-1c8b8a6d5e01";

    private static readonly Dictionary<Type, string> Messages = new()
    {
        [typeof(StartSaga)] = """{ "sagaName": "order", "input": {} }""",
        [typeof(StepSucceeded)] = $$"""{ "sagaId": "{{Id}}", "step": "pay", "direction": "Execute", "attempt": 1 }""",
        [typeof(StepFailed)] = $$"""
            { "sagaId": "{{Id}}", "step": "pay", "direction": "Execute", "attempt": 1, "code": "NO", "message": "No.",
              "retryable": false }
            """,
        [typeof(RetrySaga)] = $$"""{ "sagaId": "{{Id}}", "operator": "ann", "reason": "mended" }""",
        [typeof(SkipStep)] = $$"""{ "sagaId": "{{Id}}", "step": "pay", "operator": "ann", "reason": "done by hand" }""",
        [typeof(CancelSaga)] = $$"""{ "sagaId": "{{Id}}", "operator": "ann", "reason": "not wanted" }""",
        [typeof(AbortSaga)] = $$"""{ "sagaId": "{{Id}}", "operator": "ann", "reason": "hopeless" }""",
    };

    /// <summary>Every field of those messages that is a text and may not be null.</summary>
    public static TheoryData<Type, string> Texts { get; } =
    [
        .. from message in Messages
           from field in JsonNode.Parse(message.Value)!.AsObject()
           where field.Value is JsonValue value && value.GetValueKind() == JsonValueKind.String
           select new TheoryDataRow<Type, string>(message.Key, field.Key),
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void ReadMessage_NullWhereATextBelongs_IsRefusedByItsName(Type type, string field)
    {
        var message = JsonNode.Parse(Messages[type])!.AsObject();
        message[field] = null;

        var refusal = Should.Throw<UnreadableMessageException>(() => Read(type, message.ToJsonString()));

        refusal.Code.ShouldBe(RefusalCodes.MalformedMessage);
        refusal.Message.ShouldBe($"{type.Name} has null or a value of the wrong type at $.{field}.");
    }

    [Fact]
    public void ReadMessage_NullWhereItMeansNothing_IsRead()
    {
        var request = Read(
            typeof(StartSaga), """{ "sagaName": "order", "version": null, "input": null, "idempotencyKey": null }""");

        request.ShouldBeOfType<StartSaga>().IdempotencyKey.ShouldBeNull();
    }

    [Fact]
    public void ReadMessage_Complete_IsRead()
    {
        foreach (var (type, message) in Messages)
        {
            Read(type, message).ShouldBeOfType(type);
        }
    }

    /// <summary>As many a client sends it: who has acted has acted, whatever he says about it.</summary>
    public static TheoryData<string, byte[], string?, string?> Encoded { get; } = new()
    {
        { "byte order mark", [0xEF, 0xBB, 0xBF, .. "{\"a\":\"ü\"}"u8], "application/json", null },
        { "UTF-16", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("{\"a\":\"ü\"}")], null, null },
        { "UTF-16, named", Encoding.BigEndianUnicode.GetBytes("\uFEFF{\"a\":\"ü\"}"), "application/json; charset=utf-16", null },
        { "UTF-16 without a mark", Encoding.Unicode.GetBytes("{\"a\":\"\\u00fc\"}"), "application/json; charset=utf-16", null },
        { "UTF-16 without a mark or a name", Encoding.BigEndianUnicode.GetBytes("{\"a\":\"\\u00fc\"}"), "application/json", null },
        { "Latin 1", Encoding.Latin1.GetBytes("{\"a\":\"ü\"}"), "application/json; charset=iso-8859-1", null },
        { "Latin 1 as an encoding", Encoding.Latin1.GetBytes("{\"a\":\"ü\"}"), "application/json", "iso-8859-1" },
        { "a wrong charset", [.. "{\"a\":\"ü\"}"u8], "application/json; charset=iso-8859-1", null },
        { "no content type at all", [.. "{\"a\":\"ü\"}"u8], ";;;", "" },
        { "UTF-8 as an encoding", [.. "{\"a\":\"ü\"}"u8], null, "utf-8" },
        { "gzip", Packed(x => new GZipStream(x, CompressionMode.Compress)), "application/json", "gzip" },
        { "deflate", Packed(x => new ZLibStream(x, CompressionMode.Compress)), "application/json", "deflate" },
        { "Brotli", Packed(x => new BrotliStream(x, CompressionMode.Compress)), "application/json", "br" },
    };

    [Theory]
    [MemberData(nameof(Encoded))]
    public void ReadBody_InAnyEncoding_IsRead(string name, byte[] body, string? contentType, string? contentEncoding)
    {
        foreach (var isEnvelope in (bool[])[false, true])
        {
            Reader.ReadBody(body, contentType, contentEncoding, isEnvelope).Root.GetProperty("a").GetString().ShouldBe("ü", name);
        }
    }

    [Fact]
    public void ReadBody_BytesThatAreNoUtf8_AreReplaced() => Reader
        .ReadBody([.. "{\"a\":\""u8, 0xFF, 0xC3, .. "\"}"u8], "application/json", null, isEnvelope: false)
        .Root.GetProperty("a").GetString().ShouldBe("\uFFFD\uFFFD");

    [Fact]
    public void ReadBody_NotCompressedAsItSays_IsRefused() =>
        Should.Throw<UnreadableMessageException>(() => Reader.ReadBody([.. "{}"u8], null, "gzip", isEnvelope: true))
            .Message.ShouldContain("content_encoding");

    [Fact]
    public void ReadBody_TooLargeWhenUnpacked_IsRefused()
    {
        var body = Packed(x => new GZipStream(x, CompressionMode.Compress), $"{{\"a\":\"{new string('x', 2_000_000)}\"}}");

        var refusal = Should.Throw<UnreadableMessageException>(() => Reader.ReadBody(body, null, "gzip", isEnvelope: false));

        refusal.Code.ShouldBe(RefusalCodes.MessageTooLarge);
        refusal.Message.ShouldContain("1000000 are allowed (a setting)");
    }

    [Theory]
    [InlineData(46, false)]
    [InlineData(49, false)]
    [InlineData(50, true)]
    [InlineData(62, true)]
    [InlineData(100_000, true)]
    public void Fit_ReplyNestedDeep_IsReadWithWhatIsTooDeepAsText(int levels, bool isFlattened)
    {
        var result = string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);
        var body = Encoding.UTF8.GetBytes($$"""{"sagaId":"{{Id}}","step":"pay","direction":"Execute","attempt":1,"result":{{result}}}""");

        var fit = Reader.Fit(Reader.ReadBody(body, null, null, isEnvelope: false), typeof(StepSucceeded));

        var reply = MessageReader.ReadMessage(fit, typeof(StepSucceeded)).ShouldBeOfType<StepSucceeded>();
        reply.Result!.Value.GetRawText().Contains("\\\"", StringComparison.Ordinal).ShouldBe(isFlattened);
    }

    [Proves("message-reply-almost-json")]
    [Theory]
    [InlineData("1", "1", "1")]
    [InlineData("\"1\"", "{}", "{}")]
    [InlineData("1.0", "{\"a\":NaN}", "{\"a\":\"NaN\"}")]
    [InlineData("\" 1 \"", "[Infinity, -Infinity,]", "[\"Infinity\", \"-Infinity\" ]")]
    [InlineData("1 /* the first */", "\"a\tb\"", "\"a\\u0009b\"")]
    [InlineData("1e0,", "done", "\"done\"")]
    public void Fit_ReplyThatMeansOnlyOneThing_IsRead(string attempt, string result, string kept)
    {
        foreach (var isEnvelope in (bool[])[false, true])
        {
            var body = $$"""
                {"SagaId":"{{Id.Replace("-", "", StringComparison.Ordinal)}}","step":"pay","direction":"execute","RESULT":{{result}},"attempt":{{attempt}} }
                """;

            var fit = Reader.Fit(Reader.ReadBody(Encoding.UTF8.GetBytes(body), null, null, isEnvelope), typeof(StepSucceeded));

            var reply = MessageReader.ReadMessage(fit, typeof(StepSucceeded)).ShouldBeOfType<StepSucceeded>();
            (reply.SagaId.ToString(), reply.Direction, reply.Attempt).ShouldBe((Id, StepDirection.Execute, 1));
            reply.Result!.Value.GetRawText().ShouldBe(kept);
        }
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("\"7\"", 7)]
    [InlineData("6.2", 7)]
    [InlineData("2147483648", int.MaxValue)]
    [InlineData("1e300", int.MaxValue)]
    [InlineData("null", null)]
    public void ReadMessage_FailureWithPauseAndCodeOfAnyKind_IsRead(string seconds, int? kept)
    {
        var reply = Read(typeof(StepFailed), $$"""
            { "sagaId": "{{Id}}", "step": "pay", "direction": "Execute", "attempt": 1, "code": 402, "retryable": "true",
              "retryAfterSeconds": {{seconds}} }
            """).ShouldBeOfType<StepFailed>();

        (reply.Code, reply.Retryable, reply.RetryAfterSeconds).ShouldBe(("402", true, kept));
    }

    [Proves("message-reply-almost-json")]
    [Theory]
    [InlineData("attempt", "\"first\"")]
    [InlineData("attempt", "1.5")]
    [InlineData("attempt", "true")]
    [InlineData("attempt", "3000000000")]
    [InlineData("sagaId", "\"none\"")]
    [InlineData("step", "{}")]
    public void ReadMessage_ReplyThatMayMeanAnything_IsRefusedByItsPlace(string field, string value)
    {
        var reply = JsonNode.Parse(Messages[typeof(StepSucceeded)])!.AsObject();
        reply[field] = JsonNode.Parse(value);

        Should.Throw<UnreadableMessageException>(() => Read(typeof(StepSucceeded), reply.ToJsonString()))
            .Message.ShouldEndWith($"at $.{field}.");
    }

    [Theory]
    [InlineData(false, "{\"sagaName\":\"order\",\"input\":NaN}")]
    [InlineData(true, "{\"sagaName\":\"order\",\"input\":NaN}")]
    [InlineData(false, "{\"sagaName\":\"order\",}")]
    public void Fit_RequestThatIsAlmostJson_IsRefusedWithThePlace(bool isEnvelope, string body) => Should
        .Throw<UnreadableMessageException>(() =>
            Reader.Fit(Reader.ReadBody(Encoding.UTF8.GetBytes(body), null, null, isEnvelope), typeof(StartSaga)))
        .Message.ShouldStartWith("The body is not JSON: line 1, byte ");

    [Fact]
    public void Fit_EnvelopeWithCommentsAndTrailingCommas_IsReadWithoutThem() => Reader
        .Fit(Reader.ReadBody([.. "{\"input\":[1,/* two */],}"u8], null, null, isEnvelope: true), typeof(StartSaga))
        .GetProperty("input").GetRawText().ShouldBe("[1  ]");

    [Theory]
    [InlineData(typeof(StartSaga))]
    [InlineData(typeof(RetrySaga))]
    public void Fit_RequestNestedDeep_IsRefused(Type type)
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 60)) + "1" + new string('}', 60));

        Should.Throw<UnreadableMessageException>(() => Reader.Fit(Reader.ReadBody(body, null, null, isEnvelope: false), type))
            .Message.ShouldContain("at most 50 levels deep");
    }

    private static MessageReader Reader { get; } =
        new(new MessageLimits(MessageTypeNames.Worker, 1_000_000, "a setting", MessageReader.MaxDepth));

    private static byte[] Packed(Func<Stream, Stream> pack, string text = "{\"a\":\"ü\"}")
    {
        var buffer = new MemoryStream();
        using (var stream = pack(buffer))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return buffer.ToArray();
    }

    private static object Read(Type type, string message) =>
        MessageReader.ReadMessage(JsonElement.Parse(message), type);
}
