using System.Text.Json;

namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>A message that has come in.</summary>
/// <param name="Tag">What it is acknowledged by.</param>
/// <param name="Body">MassTransit's envelope.</param>
internal sealed record RawDelivery(ulong Tag, byte[] Body)
{
    /// <summary>The name of its type, and the message itself.</summary>
    public (string Type, JsonElement Message) Read()
    {
        var envelope = JsonElement.Parse(Body);
        var type = envelope.GetProperty("messageType")[0].GetString()!;
        return (type[(type.LastIndexOf(':') + 1)..], envelope.GetProperty("message"));
    }
}
