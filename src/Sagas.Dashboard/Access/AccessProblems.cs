using Microsoft.AspNetCore.Http;
using Sagas.Contracts.Text;
using Sagas.Dashboard.Api;

namespace Sagas.Dashboard.Access;

/// <summary>The problems of who may not use the API.</summary>
internal static class AccessProblems
{
    public static Problem NobodyAsks() => NotAuthenticated("Send a key, as 'Authorization: Bearer KEY'.");

    public static Problem NotAuthenticated(string detail) => new(
        StatusCodes.Status401Unauthorized,
        ProblemCodes.Unauthenticated,
        $"The request does not say who asks. {detail}");

    public static Problem TooManyFailures(int seconds) => new(
        StatusCodes.Status429TooManyRequests,
        ProblemCodes.TooManyFailures,
        "Too many wrong keys or tokens came from this address "
        + $"({ApiOptions.Section}:{nameof(ApiOptions.FailuresPerMinute)}). A right one is accepted.")
    {
        RetryAfter = seconds,
    };

    public static Problem TooManyRequests(ApiOptions options) => new(
        StatusCodes.Status429TooManyRequests,
        ProblemCodes.TooManyRequests,
        $"This address has {options.MaxConnectionsPerAddress} requests at once already "
        + $"({ApiOptions.Section}:{nameof(ApiOptions.MaxConnectionsPerAddress)}).")
    {
        RetryAfter = 1,
    };

    public static Problem Forbidden(string? name, string? right) => new(
        StatusCodes.Status403Forbidden,
        ProblemCodes.Forbidden,
        $"{(name is null ? "Who asks" : $"'{Quoted.Of(name)}'")} may not do this: it takes the role "
        + $"'{(right is ApiAccess.Metrics ? ApiAccess.Read : right ?? ApiAccess.Read)}'.");

    public static Problem MalformedSignIn() => new(
        StatusCodes.Status400BadRequest,
        ProblemCodes.MalformedRequest,
        "This is no sign-in form: send 'key' and 'returnUrl' as application/x-www-form-urlencoded, 32 KiB at most.");

    public static Problem CrossSite() => new(
        StatusCodes.Status403Forbidden,
        ProblemCodes.CrossSiteRequest,
        "A page of another site made the browser send this, which is not done. Open the worker's own page.");

    public static Problem HostNotAllowed(string host) => new(
        StatusCodes.Status403Forbidden,
        ProblemCodes.HostNotAllowed,
        $"The worker demands no key, and is not to be called '{Quoted.Of(host)}': by such a name, pages of other sites "
        + "could reach it. Call it by an IP address or 'localhost', or add the name to "
        + $"{ApiOptions.Section}:{nameof(ApiOptions.AllowedHosts)}.");

    public static Problem AuthorityUnavailable() => new(
        StatusCodes.Status503ServiceUnavailable,
        ProblemCodes.AuthorityUnavailable,
        "The token cannot be checked now: the keys of its identity provider cannot be had. Keys of the API's own work.")
    {
        RetryAfter = 5,
    };
}
