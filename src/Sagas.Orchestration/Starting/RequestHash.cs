using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sagas.Contracts;
using Sagas.Engine.Definitions;

namespace Sagas.Orchestration.Starting;

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
            CanonicalJson.Write(writer, StartRequestValidator.Input(request));
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }
}
