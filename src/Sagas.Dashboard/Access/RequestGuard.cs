using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Contracts.Text;
using Sagas.Dashboard.Api;
using Sagas.Orchestration.Telemetry;

namespace Sagas.Dashboard.Access;

/// <summary>
/// Keeps pages of other sites from using the browser of somebody who may use the worker. A browser says where a request
/// comes from (<c>Sec-Fetch-Site</c>, <c>Origin</c>), and no page can make it say otherwise; what says neither is no
/// browser. Where no key is demanded, the name by which the worker is called must be its own besides: another site's
/// name that leads to this address (DNS rebinding) would make its pages the worker's own.
/// </summary>
internal sealed class RequestGuard(RequestDelegate next, IOptions<ApiOptions> options, ILogger<RequestGuard> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!options.Value.DemandsCredentials
            && !request.Path.StartsWithSegments("/health")
            && !IsOwnName(request.Host.Host))
        {
            throw new ProblemException(AccessProblems.HostNotAllowed(request.Host.Host));
        }

        if (IsCrossSite(request))
        {
            var origin = request.Headers.Origin.ToString();
            logger.CrossSiteRequest(request.Method, request.Path, origin.Length == 0 ? "unknown" : Quoted.Of(origin));
            throw new ProblemException(AccessProblems.CrossSite());
        }

        return next(context);
    }

    private static bool IsCrossSite(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site is not ("same-origin" or "none") && !IsLink(request);
        }

        return !IsSafe(request.Method)
            && request.Headers.Origin.ToString() is { Length: > 0 } origin
            && !IsOfHost(origin, request.Host);
    }

    /// <summary>Whether somebody follows a link to a page, which changes nothing.</summary>
    private static bool IsLink(HttpRequest request) =>
        IsSafe(request.Method)
        && request.Headers["Sec-Fetch-Mode"] == "navigate"
        && request.Headers["Sec-Fetch-Dest"] == "document";

    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    // The scheme is not compared: a proxy in front may speak TLS.
    private static bool IsOfHost(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && (string.Equals(uri.Authority, host.Value, StringComparison.OrdinalIgnoreCase)
            || string.Equals($"{uri.Host}:{uri.Port}", host.Value, StringComparison.OrdinalIgnoreCase));

    private bool IsOwnName(string host) =>
        !host.Contains('.', StringComparison.Ordinal)
        || IPAddress.TryParse(host, out _)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || options.Value.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);
}
