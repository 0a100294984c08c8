using System.Text;
using Sagas.Dashboard.Access;
using Sagas.Tests.Operations.Api;

namespace Sagas.Tests.Operations.Access;

/// <summary>A worker that demands keys, one for each role, and requests with them.</summary>
internal static class AccessRun
{
    public const string Definition =
        """
        { "name": "order", "version": 1, "steps": [
          { "name": "reserve", "queue": "participants", "timeout": "1h" },
          { "name": "charge", "queue": "participants", "timeout": "1h", "retry": { "retries": 0 } } ] }
        """;

    public const string Sagas = "/api/v1/sagas";

    public static readonly string Reader = ApiKey.Create();

    public static readonly string Operator = ApiKey.Create();

    public static readonly string Auditor = ApiKey.Create();

    /// <summary>The keys <c>reader</c>, <c>operator</c> and <c>auditor</c>, who sees payloads.</summary>
    public static Dictionary<string, string?> Keys => new()
    {
        ["Sagas:Api:Keys:reader:Hash"] = ApiKey.HashOf(Reader),
        ["Sagas:Api:Keys:reader:Roles"] = "read",
        ["Sagas:Api:Keys:operator:Hash"] = ApiKey.HashOf(Operator),
        ["Sagas:Api:Keys:operator:Roles"] = "Operate",
        ["Sagas:Api:Keys:auditor:Hash"] = ApiKey.HashOf(Auditor).Replace("sha256:", "SHA256:", StringComparison.Ordinal),
        ["Sagas:Api:Keys:auditor:Roles:0"] = "payloads",
    };

    /// <summary>Sends a request with these headers, each <c>name: value</c>.</summary>
    public static Task<ApiRun.Reply> AskAsync(
        this ApiRun run, string method, string path, string? key, CancellationToken ct, string? body = null, params string[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        foreach (var header in headers.Concat(key is null ? [] : [$"Authorization: Bearer {key}"]))
        {
            var parts = header.Split(": ", 2);
            request.Headers.TryAddWithoutValidation(parts[0], parts[1]).ShouldBeTrue();
        }

        return run.SendAsync(request, ct);
    }
}
