using RabbitMQ.Client;
using Sagas.Tests.Simulation;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>Good bodies with properties and headers that no client should set.</summary>
internal sealed class AmqpAbuse : IAbuse
{
    private static readonly string?[] ContentTypes =
    [
        null, "", "text/plain", "application/xml", "application/json; charset=utf-16", "APPLICATION/JSON", ";;;", "application/",
        "application/vnd.masstransit+json; charset=\"", "application/vnd.masstransit+bson", "application/octet-stream",
    ];

    private static readonly string?[] Types =
    [
        null, "", " ", "startsaga", "StartSaga ", "System.String", "urn:message:Sagas.Contracts:StartSagas", "SagaDue\0",
        "urn:message:MassTransit:Fault", new('t', 255),
    ];

    private static readonly string?[] Ids =
    [
        null, "", " ", "42", "not-a-uuid", "00000000-0000-0000-0000-000000000000", "\0", "💥", new('i', 255),
    ];

    private static readonly string[] HeaderNames =
    [
        "MessageId", "CorrelationId", "ConversationId", "RequestId", "MT-InitiatorId", "MT-MessageType", "MT-Source-Address",
        "MT-Response-Address", "MT-Fault-Address", "MT-Host-Info", "MT-Reason", "Content-Type", "ContentType",
        "Content-Encoding", "TransportSentTime", "x-delay", "x-death", "MT-Redelivery-Count", "MT-Fault-Message", "", " ", "💥",
    ];

    public BadInput Next(Dice dice, Victims victims)
    {
        var draft = Draft.Any(dice, victims);
        var properties = draft.Properties;
        for (var changes = 1 + dice.Next(3); changes > 0; changes--)
        {
            switch (dice.Next(12))
            {
                case 0:
                    Set(dice.Pick(ContentTypes), x => properties.ContentType = x, properties.ClearContentType);
                    break;
                case 1:
                    Set(dice.Pick(Types), x => properties.Type = x, properties.ClearType);
                    break;
                case 2:
                    Set(dice.Pick(Ids), x => properties.MessageId = x, properties.ClearMessageId);
                    break;
                case 3:
                    Set(dice.Pick(Ids), x => properties.CorrelationId = x, properties.ClearCorrelationId);
                    break;
                case 4:
                    properties.Priority = (byte)dice.Next(256);
                    break;
                case 5:
                    properties.Expiration = dice.Pick(["600000", "4294967295"]);
                    break;
                case 6:
                    properties.Timestamp = new AmqpTimestamp(dice.Pick([0, 1, -1, long.MaxValue, long.MinValue, 253402300800]));
                    break;
                case 7:
                    properties.ContentEncoding = dice.Pick(["gzip", "utf-16", "klingon", ""]);
                    break;
                case 8:
                    properties.ReplyTo = dice.Pick(
                        ["nobody-listens-here", " ", "\0", "amq.rabbitmq.reply-to.forged", new('r', 255)]);
                    draft.IsAnswered = draft.IsEnvelope;
                    break;
                case 9:
                    properties.DeliveryMode = dice.Chance(0.5) ? DeliveryModes.Transient : DeliveryModes.Persistent;
                    (properties.AppId, properties.ClusterId) = (new string('a', dice.Next(256)), "💥");
                    break;
                default:
                    SetHeader(dice, draft);
                    break;
            }
        }

        return draft.Build("AMQP");
    }

    private static void Set(string? value, Action<string> set, Action clear)
    {
        if (value is null)
        {
            clear();
        }
        else
        {
            set(value);
        }
    }

    private static void SetHeader(Dice dice, Draft draft)
    {
        var name = dice.Chance(0.8) ? dice.Pick(HeaderNames) : new string((char)('a' + dice.Next(26)), 1 + dice.Next(100));
        draft.Headers[name] = Value(dice, depth: 0);
        draft.IsAnswered &= draft.IsEnvelope || name is not ("MT-Response-Address" or "RequestId" or "MT-MessageType");
    }

    private static object? Value(Dice dice, int depth) => dice.Next(depth < 5 ? 15 : 13) switch
    {
        0 => null,
        1 => true,
        2 => long.MinValue,
        3 => double.MaxValue,
        4 => 1.5f,
        5 => -1.5m,
        6 => new AmqpTimestamp(long.MaxValue),
        7 => new byte[] { 0xff, 0xfe, 0x00 },
        8 => "",
        9 => dice.Pick(EnvelopeAbuse.Addresses),
        10 => "{\"machineName\": 7",
        11 => new string('h', 10_000),
        12 => (byte)7,
        13 => new List<object?> { Value(dice, depth + 1), Value(dice, depth + 1) },
        _ => new Dictionary<string, object?> { ["a"] = Value(dice, depth + 1), [""] = Value(dice, depth + 1) },
    };
}
