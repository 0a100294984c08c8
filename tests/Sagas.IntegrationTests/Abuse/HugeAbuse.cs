using System.Text;
using Sagas.Tests.Simulation;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>Bodies of many megabytes, up to what the broker takes.</summary>
internal sealed class HugeAbuse : IAbuse
{
    private const int LargestBody = 16 * 1024 * 1024;

    public BadInput Next(Dice dice, Victims victims)
    {
        var draft = Draft.Any(dice, victims);
        var size = 1024 * 1024 + dice.Next(LargestBody - 2 * 1024 * 1024);
        var body = new byte[size];
        Array.Fill(body, (byte)' ');
        var good = draft.Json();
        switch (dice.Next(3))
        {
            case 0:
                good.CopyTo(body, 0);
                break;
            case 1:
                Array.Fill(body, (byte)'[');
                break;
            default:
                draft.Message["padding"] = "7f1a9c";
                var parts = Encoding.UTF8.GetString(draft.Json()).Split("7f1a9c");
                Array.Fill(body, (byte)'x');
                Encoding.UTF8.GetBytes(parts[0]).CopyTo(body, 0);
                var end = Encoding.UTF8.GetBytes(parts[1]);
                end.CopyTo(body, body.Length - end.Length);
                break;
        }

        return draft.Build("huge", body);
    }
}
