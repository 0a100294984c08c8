using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Sagas.Dashboard.Api;

namespace Sagas.Dashboard.Pages;

/// <summary>The page's own files, which are in the assembly.</summary>
internal static class InspectorAssets
{
    private static readonly (string Path, string Name, string ContentType)[] Files =
    [
        ("/inspector/inspector.css", "inspector.css", "text/css; charset=utf-8"),
        ("/inspector/inspector.js", "inspector.js", "text/javascript; charset=utf-8"),
        ("/inspector/icon.svg", "icon.svg", "image/svg+xml"),
        // What browsers ask for unasked, on pages that name no icon.
        ("/favicon.ico", "icon.svg", "image/svg+xml"),
    ];

    public static void MapInspectorAssets(this IEndpointRouteBuilder app)
    {
        foreach (var (path, name, contentType) in Files)
        {
            var bytes = Read(name);
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"");
            app.MapPage(path, (HttpResponse response) =>
            {
                // Asked for each time, answered with 304 until another version of the worker serves it.
                response.Headers.CacheControl = "no-cache";
                return TypedResults.Bytes(bytes, contentType, entityTag: tag);
            }).AllowAnonymous().ExcludeFromDescription();
        }
    }

    private static byte[] Read(string name)
    {
        using var resource = typeof(InspectorAssets).Assembly.GetManifestResourceStream($"Inspector/{name}")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
