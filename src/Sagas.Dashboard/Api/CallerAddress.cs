using System.Net;
using Microsoft.AspNetCore.Http;

namespace Sagas.Dashboard.Api;

/// <summary>The address that a request comes from.</summary>
internal static class CallerAddress
{
    /// <summary>
    /// As people know it: one of version 4 as such, also where the worker listens on both versions at once.
    /// </summary>
    /// <returns><see langword="null"/> if it does not come over a network.</returns>
    public static IPAddress? Of(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4(),
        var address => address,
    };

    /// <summary>The same, to be read.</summary>
    public static string TextOf(HttpContext context) => Of(context)?.ToString() ?? "local";
}
