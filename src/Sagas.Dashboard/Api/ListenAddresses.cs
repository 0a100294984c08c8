using System.Net;
using Microsoft.AspNetCore.Http;

namespace Sagas.Dashboard.Api;

/// <summary>Reads <see cref="ApiOptions.Listen"/>.</summary>
internal static class ListenAddresses
{
    public static IReadOnlyList<string> Of(ApiOptions options) => Split(options.Listen);

    /// <summary>Reads <see cref="ApiOptions.HealthListen"/>.</summary>
    public static IReadOnlyList<string> OfHealth(ApiOptions options) => Split(options.HealthListen ?? "");

    /// <summary>The address, or <see langword="null"/> if it is none that can be listened on.</summary>
    public static BindingAddress? Parse(string text)
    {
        try
        {
            return BindingAddress.Parse(text) is
            { Scheme: "http" or "https", Host.Length: > 0, PathBase.Length: 0, IsUnixPipe: false } address
                ? address
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>All addresses that the worker listens on, those for health alone behind the others.</summary>
    public static IReadOnlyList<string> All(ApiOptions options) =>
        [.. options.Enabled ? Of(options) : [], .. OfHealth(options)];

    /// <summary>
    /// Whether others than this machine can reach it. The server takes a name other than localhost for every address.
    /// </summary>
    public static bool IsOpen(BindingAddress address) => !IsThisMachine(address.Host);

    /// <summary>Whether a host is this machine and no other.</summary>
    public static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static string[] Split(string text) =>
        text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
