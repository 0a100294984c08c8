using System.Net;
using System.Net.Sockets;

namespace Sagas.Dashboard.Access;

/// <summary>What callers are told apart by: an address, of version 6 the network that one customer is given.</summary>
internal static class CallerNetwork
{
    private const int NetworkBytes = 8;

    public static IPAddress Of(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => new IPAddress(
            [.. address.GetAddressBytes().Take(NetworkBytes), .. new byte[16 - NetworkBytes]]),
        _ => address,
    };
}
