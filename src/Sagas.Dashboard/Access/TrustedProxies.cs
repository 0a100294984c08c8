using System.Net;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;

namespace Sagas.Dashboard.Access;

/// <summary>The proxies in front of the worker, whose word is taken for the address that a request comes from.</summary>
internal sealed class TrustedProxies(IOptions<ApiOptions> options)
{
    public IReadOnlyList<IPNetwork> Networks { get; } =
        [.. options.Value.TrustedProxies.Select(x => Parse(x)!.Value)];

    public bool Contain(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Networks.Any(x => x.Contains(plain));
    }

    /// <summary>A network, or an address, which is a network of one; <see langword="null"/> if it is neither.</summary>
    public static IPNetwork? Parse(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : null;
}
