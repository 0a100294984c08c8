using System.Text.Json.Nodes;
using RabbitMQ.Client;
using Sagas.Tests.Simulation;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>A message in good form, for an abuse to spoil: plain JSON, or MassTransit's envelope around it.</summary>
internal sealed class Draft
{
    public const string EnvelopeType = "application/vnd.masstransit+json";

    private Draft(Guid id, string type, JsonObject message, string answers, bool isEnvelope)
    {
        Id = id;
        Type = type;
        Message = message;
        IsEnvelope = isEnvelope;
        Properties = new BasicProperties
        {
            ContentType = isEnvelope ? EnvelopeType : "application/json",
            MessageId = id.ToString(),
            Persistent = true,
            Headers = new Dictionary<string, object?> { [BadInput.Header] = id.ToString() },
        };
        if (isEnvelope)
        {
            Envelope = new JsonObject
            {
                ["messageId"] = id.ToString(),
                ["requestId"] = id.ToString(),
                ["conversationId"] = id.ToString(),
                ["responseAddress"] = $"exchange:{answers}",
                ["messageType"] = new JsonArray($"urn:message:Sagas.Contracts:{type}"),
                ["message"] = message,
                ["headers"] = new JsonObject(),
            };
        }
        else
        {
            Properties.Type = type;
            Properties.ReplyTo = answers;
            Properties.Headers["RequestId"] = id.ToString();
        }
    }

    public Guid Id { get; }

    public string Type { get; }

    public JsonObject Message { get; }

    public JsonObject Envelope { get; } = [];

    public bool IsEnvelope { get; }

    public BasicProperties Properties { get; }

    public IDictionary<string, object?> Headers => Properties.Headers!;

    public int? Attempt { get; private init; }

    /// <summary>Whether answers to it come back to the test; an abuse that spoils the address says so.</summary>
    public bool IsAnswered { get; set; } = true;

    /// <summary>A message of any type that the worker takes, refused or harmless in itself.</summary>
    public static Draft Any(Dice dice, Victims victims) => dice.Next(4) switch
    {
        0 => Start(dice, victims),
        1 => Command(dice, victims),
        _ => Reply(dice, victims, dice.Chance(0.7) ? victims.AnySaga(dice) : NewId(dice)),
    };

    /// <summary>A request to start a saga that no worker has loaded.</summary>
    public static Draft Start(Dice dice, Victims victims)
    {
        var id = NewId(dice);
        return new Draft(id, "StartSaga", new JsonObject
        {
            ["sagaName"] = $"nobody-{dice.Next(1000)}",
            ["input"] = new JsonObject { ["orderId"] = id.ToString(), ["amount"] = dice.Next(1000) },
            ["idempotencyKey"] = id.ToString(),
        }, victims.Answers, dice.Chance(0.5));
    }

    /// <summary>An answer to an attempt that was never made.</summary>
    public static Draft Reply(Dice dice, Victims victims, Guid saga)
    {
        var attempt = victims.UnusedAttempt(dice);
        var message = new JsonObject
        {
            ["sagaId"] = saga.ToString(),
            ["step"] = dice.Chance(0.8) ? dice.Pick(Victims.Steps) : $"step-{dice.Next(100)}",
            ["direction"] = dice.Chance(0.5) ? "Execute" : "Compensate",
            ["attempt"] = attempt,
        };
        var isSuccess = dice.Chance(0.5);
        if (isSuccess)
        {
            message["result"] = new JsonObject { ["forged"] = dice.Next(1000) };
        }
        else
        {
            message["code"] = "FORGED";
            message["message"] = "This never happened.";
            message["retryable"] = dice.Chance(0.5);
        }

        var type = isSuccess ? "StepSucceeded" : "StepFailed";
        return new Draft(NewId(dice), type, message, victims.Answers, dice.Chance(0.5)) { Attempt = attempt };
    }

    /// <summary>An operator's command that does not fit: no such saga, or not in this state.</summary>
    public static Draft Command(Dice dice, Victims victims)
    {
        var type = dice.Pick(["RetrySaga", "SkipStep", "CancelSaga", "AbortSaga"]);
        var saga = dice.Next(3) switch
        {
            0 => NewId(dice),
            1 => dice.Pick(victims.Ended),
            _ => dice.Pick(type == "CancelSaga" ? victims.Suspended : victims.InFlight),
        };
        var message = new JsonObject
        {
            ["sagaId"] = saga.ToString(),
            ["operator"] = "mallory",
            ["reason"] = "because I can",
        };
        if (type == "SkipStep")
        {
            message["step"] = dice.Pick(Victims.Steps);
        }

        return new Draft(NewId(dice), type, message, victims.Answers, dice.Chance(0.5));
    }

    public static Guid NewId(Dice dice)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, dice.NextBits());
        BitConverter.TryWriteBytes(bytes[8..], dice.NextBits());
        return new Guid(bytes);
    }

    public byte[] Json() => System.Text.Encoding.UTF8.GetBytes((IsEnvelope ? Envelope : Message).ToJsonString());

    public BadInput Build(string kind, byte[]? body = null) =>
        new(Id, kind, Properties, body ?? Json()) { Attempt = Attempt, IsAnswered = IsAnswered };
}
