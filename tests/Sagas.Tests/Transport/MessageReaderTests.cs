using System.Text.Json;
using System.Text.Json.Nodes;
using Sagas.Contracts;
using Sagas.Worker.Transport.PlainJson;

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

    private static object Read(Type type, string message) =>
        MessageReader.ReadMessage(JsonElement.Parse(message), type);
}
