using MassTransit;
using RabbitMQ.Client.Exceptions;
using Sagas.Persistence.Configuration;

namespace Sagas.Orchestration.Transport;

/// <summary>Tells failures of the broker, and of the way to it, from others.</summary>
internal static class BrokerFailures
{
    /// <summary>
    /// Whether the broker is away, refuses the worker, or took a request and nobody answers. What a consumer threw over the
    /// request is none of it.
    /// </summary>
    public static bool Show(Exception exception)
    {
        var causes = exception.Causes().ToArray();
        return !causes.OfType<RequestFaultException>().Any()
            && causes.Any(cause => cause is ConnectionException or RabbitMQClientException or RequestException or TransportException);
    }
}
