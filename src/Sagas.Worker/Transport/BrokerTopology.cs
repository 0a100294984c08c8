using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sagas.Worker.Transport;

/// <summary>
/// Declares the queues that definitions name, before the first command goes out: a participant that has never run yet
/// finds its commands waiting, instead of the broker dropping what no queue takes.
/// </summary>
internal static class BrokerTopology
{
    private static readonly Dictionary<string, object?> QuorumQueue = new() { ["x-queue-type"] = "quorum" };

    /// <summary>
    /// Declares for each queue the exchange of its name and binds them; a queue that is there stays as it is.
    /// </summary>
    public static async Task DeclareAsync(IConnection connection, IEnumerable<string> queues, CancellationToken stop)
    {
        foreach (var queue in queues)
        {
            var isThere = await ExistsAsync(connection, queue, stop);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: stop);
            if (!isThere)
            {
                await channel.QueueDeclareAsync(
                    queue, durable: true, exclusive: false, autoDelete: false, QuorumQueue, cancellationToken: stop);
            }

            await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: stop);
            await channel.QueueBindAsync(queue, queue, "", cancellationToken: stop);
        }
    }

    private static async Task<bool> ExistsAsync(IConnection connection, string queue, CancellationToken stop)
    {
        // The broker closes the channel of a failed passive declaration.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stop);
        try
        {
            await channel.QueueDeclarePassiveAsync(queue, stop);
            return true;
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == 404)
        {
            return false;
        }
    }
}
