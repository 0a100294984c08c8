using System.Text;
using System.Text.Json;

namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>
/// A message to send, in MassTransit's envelope, so that it is as large as the ones of the other systems.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="SagaId">The saga that it is about.</param>
/// <param name="Exchange">Where it goes.</param>
/// <param name="Type">Its type's address.</param>
/// <param name="IsMandatory">Whether a queue must take it.</param>
/// <param name="Body">The envelope.</param>
internal sealed record RawMessage(Guid Id, Guid SagaId, string Exchange, string Type, bool IsMandatory, string Body)
{
    private const string TypePrefix = "urn:message:Sagas.Contracts:";

    // What the envelope says of its sender.
    private static readonly (string Name, string Value)[] Host =
    [
        ("machineName", Environment.MachineName),
        ("processName", "Sagas.Benchmarks"),
        ("assembly", "Sagas.Benchmarks"),
        ("assemblyVersion", "0.1.0.0"),
        ("frameworkVersion", Environment.Version.ToString()),
        ("massTransitVersion", "8.5.12.0"),
        ("operatingSystemVersion", Environment.OSVersion.ToString()),
    ];

    public static RawMessage Create<T>(
        Guid sagaId, string exchange, string baseType, T message, string? answerTo = null, DateTime? expires = null)
    {
        var id = Guid.CreateVersion7();
        using var stream = new MemoryStream(1_500);
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("messageId", id);
            json.WriteNull("requestId");
            json.WriteNull("correlationId");
            json.WriteString("conversationId", id);
            json.WriteString("initiatorId", sagaId);
            json.WriteString("sourceAddress", "rabbitmq://127.0.0.1:5672/sagas");
            json.WriteString("destinationAddress", $"rabbitmq://127.0.0.1:5672/{exchange}");
            json.WriteString("responseAddress", answerTo is null ? null : $"exchange:{answerTo}");
            json.WriteNull("faultAddress");
            json.WriteStartArray("messageType");
            json.WriteStringValue(TypePrefix + typeof(T).Name);
            json.WriteStringValue(TypePrefix + baseType);
            json.WriteEndArray();
            json.WritePropertyName("message");
            JsonSerializer.Serialize(json, message, typeof(T), RawJson.Default);
            json.WritePropertyName("expirationTime");
            JsonSerializer.Serialize(json, expires, RawJson.Default.NullableDateTime);
            json.WriteString("sentTime", DateTime.UtcNow);
            json.WriteStartObject("headers");
            json.WriteEndObject();
            json.WriteStartObject("host");
            foreach (var (name, value) in Host)
            {
                json.WriteString(name, value);
            }

            json.WriteNumber("processId", Environment.ProcessId);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new RawMessage(
            id,
            sagaId,
            exchange,
            TypePrefix + typeof(T).Name,
            IsMandatory: answerTo is not null,
            Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
    }
}
