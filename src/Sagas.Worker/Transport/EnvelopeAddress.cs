using System.Text.Json;
using MassTransit;

namespace Sagas.Worker.Transport;

/// <summary>Finds the sender's address in an envelope whose message could not be read.</summary>
internal static class EnvelopeAddress
{
    public static Uri? Read(ReceiveContext context)
    {
        try
        {
            using var json = JsonDocument.Parse(context.Body.GetBytes());
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("responseAddress", out var address)
                && address.ValueKind == JsonValueKind.String
                && Uri.TryCreate(address.GetString(), UriKind.Absolute, out var uri)
                ? uri
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
