using System.Text.Json.Nodes;
using Sagas.Tests.Simulation;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>MassTransit's envelope with fields that lie, or are no such fields.</summary>
internal sealed class EnvelopeAbuse : IAbuse
{
    /// <summary>Where nobody is, where nobody should be, and what is no address at all.</summary>
    public static readonly string[] Addresses =
    [
        "garbage", "", " ", "http://localhost/x", "queue:sagas", "queue:stock", "exchange:sagas", "exchange:stock?durable=false",
        "exchange:amq.topic", "exchange:saga.started?type=topic", "topic:x", "rabbitmq://elsewhere:1/vhost/queue", "exchange:",
        "exchange:a b", "exchange:💥", "exchange:*", "queue:", "rabbitmq://localhost/sagas?bind=true&queue=sagas",
        "exchange:nobody-listens-here?temporary=true", "loopback://localhost/sagas", "file:///etc/passwd", "\0", "//",
        "exchange:" + new string('x', 300), "exchange:amq.rabbitmq.reply-to", "exchange:sagas?type=x-delayed-message",
        "exchange:a?bindexchange=sagas", "exchange:a?alternateexchange=sagas",
    ];

    private static readonly string[] Fields =
    [
        "messageId", "requestId", "correlationId", "conversationId", "initiatorId", "sourceAddress", "destinationAddress",
        "responseAddress", "faultAddress", "messageType", "message", "expirationTime", "sentTime", "headers", "host",
    ];

    public BadInput Next(Dice dice, Victims victims)
    {
        Draft draft;
        do
        {
            draft = Draft.Any(dice, victims);
        }
        while (!draft.IsEnvelope);

        switch (dice.Next(10))
        {
            case 0:
                return draft.Build("envelope", Text(dice.Pick(["null", "[]", "{}", "\"\"", "7", "{\"message\":{}}", "[{}]"])));
            case 1 or 2:
                draft.Envelope["messageType"] = Types(dice, draft.Type);
                break;
            case 3 or 4 or 5:
                var address = dice.Pick(["sourceAddress", "destinationAddress", "responseAddress", "faultAddress"]);
                draft.Envelope[address] = dice.Pick(Addresses);
                draft.IsAnswered &= address != "responseAddress";
                break;
            default:
                for (var changes = 1 + dice.Next(3); changes > 0; changes--)
                {
                    var field = dice.Pick(Fields);
                    draft.Envelope[field] = JsonValues.Wrong(dice);
                    draft.IsAnswered &= field is not ("responseAddress" or "requestId");
                }

                break;
        }

        return draft.Build("envelope");
    }

    private static JsonNode? Types(Dice dice, string type) => dice.Next(9) switch
    {
        0 => new JsonArray(),
        1 => null,
        2 => type,
        3 => new JsonArray(JsonValue.Create((string?)null), 7),
        4 => new JsonArray([.. Enumerable.Range(0, 1000).Select(x => (JsonNode)$"urn:message:Nobody:Type{x}")]),
        5 => new JsonArray("urn:message:Sagas.Contracts:StepSucceeded", "urn:message:Sagas.Contracts:StepFailed"),
        6 => new JsonArray($"urn:message:MassTransit:Fault[[Sagas.Contracts:{dice.Pick(["ExecuteStep", "CompensateStep"])}]]"),
        7 => new JsonArray("urn:message:System:Object", "garbage", "", "urn:message:Sagas.Contracts:IStepReply"),
        _ => new JsonArray($"urn:message:Sagas.Contracts:{dice.Pick(["StartSaga", "StepFailed", "SagaStarted", "ExecuteStep"])}"),
    };

    private static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
