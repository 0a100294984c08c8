using System.Text.Json.Nodes;
using Sagas.Tests.Simulation;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>
/// The same again and again: a reply that was taken long ago, a request to start one saga, a body that is none.
/// </summary>
internal sealed class FloodAbuse : IAbuse
{
    public const string RepeatedReply = "repeated reply";
    private const string Key = "flooded";

    public BadInput Next(Dice dice, Victims victims)
    {
        switch (dice.Next(4))
        {
            case 0:
                var start = Draft.Start(dice, victims);
                start.Message["sagaName"] = "order";
                start.Message["idempotencyKey"] = Key;
                start.Message["input"] = new JsonObject { ["orderId"] = Key, ["amount"] = 1 };
                return start.Build("repeated start");
            case 1:
                return Draft.Any(dice, victims).Build("repeated rubbish", "{\"sagaName\":"u8.ToArray());
            default:
                var reply = Draft.Reply(dice, victims, victims.Flooded);
                reply.Message["step"] = Victims.Steps[0];
                reply.Message["direction"] = "Execute";
                reply.Message["attempt"] = 1;
                return reply.Build(RepeatedReply) with { Attempt = null };
        }
    }
}
