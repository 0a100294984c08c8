#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>Settings of the connection to RabbitMQ that belong together.</summary>
public static class RabbitMqHostExtensions
{
    /// <summary>
    /// Sets how soon a connection is given up whose other end is silently gone: after three to four heartbeats. The
    /// broker is given longer than that to answer a command, so that a broker which does not answer has its connection
    /// closed first; the bus does not get over a command on a living channel that was never answered.
    /// </summary>
    /// <param name="host">The host.</param>
    /// <param name="heartbeat">
    /// How often both ends show that they are there; 5 to 20 seconds suit most networks.
    /// </param>
    public static void KeepAlive(this IRabbitMqHostConfigurator host, TimeSpan heartbeat)
    {
        ArgumentNullException.ThrowIfNull(host);
        host.Heartbeat(heartbeat);
        host.ContinuationTimeout(heartbeat * 6);
    }
}
