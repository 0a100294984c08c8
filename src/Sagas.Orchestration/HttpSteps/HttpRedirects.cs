namespace Sagas.Orchestration.HttpSteps;

/// <summary>
/// Which redirects are followed: those that say clearly what to do (307 and 308 repeat the request, 303 asks for its
/// result, a GET may go anywhere), and never from https to http. Whether this worker may call the host is not asked here:
/// another may.
/// </summary>
internal static class HttpRedirects
{
    public static bool IsRedirect(int status) => status is 301 or 302 or 303 or 307 or 308;

    /// <summary>Whether the request may have had its effect although it was redirected.</summary>
    public static bool MayHaveActed(int status) => status is 301 or 302 or 303;

    /// <summary>Why a redirect is not followed, or <see langword="null"/>.</summary>
    public static string? ProblemOf(HttpStepRequest request, HttpStepResponse response, int redirects, int most)
    {
        var status = response.Status;
        if (response.Location is not { } location)
        {
            return $"answered {status} without a Location that is a URL.";
        }

        if (status is 301 or 302 && request.Method != HttpMethod.Get)
        {
            return $"answered {status} to a {request.Method}, which does not say whether to repeat it. It should "
                + "answer 307, 308 or 303, or the definition name the new URL.";
        }

        if (!HttpStepRequests.CouldFollow(request.Url, location))
        {
            return $"answered {status} and points to {Show(location)}, which no worker may call: only http and https, "
                + "and never http after https.";
        }

        return redirects < most
            ? null
            : $"answered {status} after {redirects} redirects, and {HttpOptions.Section}:"
                + $"{nameof(HttpOptions.MaxRedirects)} is {most}.";
    }

    public static HttpStepRequest Follow(HttpStepRequest request, HttpStepResponse response) => response.Status == 303
        ? request with { Method = HttpMethod.Get, Url = response.Location!, Body = null }
        : request with { Url = response.Location! };

    private static string Show(Uri location) =>
        location.Host.Length > 0 ? AllowedHosts.EntryFor(location) : $"a URL of the scheme {location.Scheme}";
}
