using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sagas.IntegrationTests.Containers;

/// <summary>Picks ports of this machine to publish a container's ports on.</summary>
public static class FreePort
{
    /// <summary>
    /// A port of 127.0.0.1 on which nobody listens, below the range the system takes for outgoing connections: in
    /// that range, a client that tries to reconnect to a killed server would sooner or later take the server's port.
    /// </summary>
    /// <exception cref="InvalidOperationException">100 ports in a row were taken.</exception>
    public static int Take()
    {
        (int from, int to) = (10_000, FirstOutgoingPort());
        for (int attempt = 0; attempt < 100; attempt++)
        {
            int port = Random.Shared.Next(from, to);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: try another one.
            }
        }

        throw new InvalidOperationException($"100 ports tried between {from} and {to - 1} on 127.0.0.1 are all taken.");
    }

    private static int FirstOutgoingPort()
    {
        const string Range = "/proc/sys/net/ipv4/ip_local_port_range";
        int first = File.Exists(Range)
            ? int.Parse(File.ReadAllText(Range).Split()[0], CultureInfo.InvariantCulture)
            : 32_768;
        return first > 11_000 ? first : 32_768;
    }
}
