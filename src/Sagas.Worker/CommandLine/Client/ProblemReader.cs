using System.Net;
using System.Text.Json;
using Sagas.Dashboard.Api;

namespace Sagas.Worker.CommandLine.Client;

/// <summary>Makes of what kept the worker from doing something a message and an exit code.</summary>
internal static class ProblemReader
{
    /// <summary>What the worker's problem means for the command.</summary>
    public static CommandException Read(HttpResponseMessage response, string text, Uri address)
    {
        if (Parse(text) is not var (code, detail, pointer, parameter))
        {
            return (int)response.StatusCode >= 500
                ? Unreachable(address, $"it answered {(int)response.StatusCode} {response.ReasonPhrase}")
                : Stranger(address);
        }

        var place = pointer ?? parameter;
        var where = place is null || detail.Contains(place, StringComparison.Ordinal) ? "" : $" (at {place})";
        return new CommandException(ExitCodeOf(response.StatusCode, code), $"{code}: {detail}{where}{Advice(code)}");
    }

    public static CommandException Unreachable(Uri address, string reason) => new(
        ExitCodes.Unreachable,
        $"No worker answers at {address}: {reason.TrimEnd('.')}. Start one, "
            + "or say where it is with --url or SAGAS_URL.");

    public static CommandException Stranger(Uri address) => new(
        ExitCodes.Unreachable,
        $"Something answers at {address}, but it is no worker of this kind. "
            + "Say where the worker is with --url or SAGAS_URL.");

    private static int ExitCodeOf(HttpStatusCode status, string code) => status switch
    {
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => ExitCodes.Unreachable,
        HttpStatusCode.Unauthorized => ExitCodes.Usage,
        _ when code is ProblemCodes.InvalidParameter or ProblemCodes.InvalidCursor => ExitCodes.Usage,
        _ => ExitCodes.NotWell,
    };

    private static string Advice(string code) => code switch
    {
        ProblemCodes.Unauthenticated =>
            " Put the API key into SAGAS_API_KEY, or into a file and name it with --key-file or SAGAS_API_KEY_FILE; "
            + "'sagas key NAME' makes one.",
        ProblemCodes.Forbidden => " Use a key with that role, "
            + "or have the role added to this one's in the worker's settings.",
        _ => "",
    };

    private static (string Code, string Detail, string? Pointer, string? Parameter)? Parse(string text)
    {
        try
        {
            var problem = JsonElement.Parse(text);
            return problem.ValueKind == JsonValueKind.Object && Text(problem, "code") is { } code
                ? (code, Text(problem, "detail") ?? "", Text(problem, "pointer"), Text(problem, "parameter"))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
