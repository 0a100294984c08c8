using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sagas.Contracts;

namespace Sagas.Worker.Orchestration.Starting;

/// <summary>Tells whether two start requests are the same, whatever the order of their JSON's properties.</summary>
internal static class RequestHash
{
    /// <returns>SHA-256 in lower-case hex.</returns>
    public static string Of(StartSaga request)
    {
        using var buffer = new MemoryStream();
        buffer.Write(Encoding.UTF8.GetBytes($"{request.SagaName}\n{request.Version}\n{request.SagaId}\n"));
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, StartRequestValidator.Input(request));
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    private static void Write(Utf8JsonWriter writer, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in json.EnumerateObject().OrderBy(x => x.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                json.WriteTo(writer);
                break;
        }
    }
}
