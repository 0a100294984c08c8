using MassTransit;

namespace Sagas.Tests.Participants.Contract;

internal static class QuorumQueueExtensions
{
    /// <summary>
    /// On RabbitMQ, gives the endpoint the kind of queue that the worker declares: whoever comes second with another kind
    /// never starts.
    /// </summary>
    public static void MakeQuorum(this IReceiveEndpointConfigurator endpoint)
    {
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            rabbit.SetQuorumQueue();
        }
    }
}
