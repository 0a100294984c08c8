using Sagas.Engine.Definitions.Http;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>
/// What status codes mean for a request's effect, and whether repeating it may help. After a code that no standard
/// defines, the effect is unknown.
/// </summary>
internal static class HttpStatusTable
{
    /// <summary>Whether the request had no effect, for certain.</summary>
    /// <remarks>
    /// 503 (RFC 9110, 15.6.4), and the registered codes of 4xx: the server did not begin with what was asked.
    /// </remarks>
    public static bool HadNoEffect(int status) =>
        status is 503 or (>= 400 and <= 417) or (>= 421 and <= 426) or 428 or 429 or 431 or 451;

    /// <summary>Whether the server, or what stands before it, cannot serve at present.</summary>
    public static bool IsUnwell(int status) => status is 408 or 429 or >= 500;

    /// <summary>Whether a repetition may help.</summary>
    public static bool IsRetried(HttpParticipant http, int status) =>
        http.RetryOn is { } codes ? codes.Any(x => x.Has(status)) : IsRetriedByDefault(status);

    /// <summary>Whether a service that works on a step may say that it cannot be asked now.</summary>
    public static bool IsAskedAgain(int status) => status is 408 or 423 or 425 or 429 or >= 500;

    // 423 Locked and 425 Too Early pass; 501 and 505 say what the server will never do.
    private static bool IsRetriedByDefault(int status) => status switch
    {
        408 or 423 or 425 or 429 => true,
        501 or 505 => false,
        >= 500 => true,
        _ => status >= 400 && !HadNoEffect(status),
    };
}
