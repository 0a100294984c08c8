using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Sagas.Dashboard.Api;

/// <summary>What browsers ask for, rather than programs.</summary>
internal static class PageRequests
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds a page, or a file that belongs to one.</summary>
    public static RouteHandlerBuilder MapPage(this IEndpointRouteBuilder app, string path, Delegate handler) =>
        app.MapMethods(path, Methods, handler);

    /// <summary>Whether a person waits for a page, rather than a program for an answer.</summary>
    public static bool WantsPage(this HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && !request.Path.StartsWithSegments("/api")
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
