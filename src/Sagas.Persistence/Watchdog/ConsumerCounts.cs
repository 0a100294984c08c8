using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sagas.Persistence.Watchdog;

/// <summary>
/// Asks RabbitMQ how many consumers queues have, over a connection of its own: what the bus says of its own connection
/// is what is in doubt.
/// </summary>
internal sealed class ConsumerCounts(RabbitMqHostSettings settings) : IAsyncDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);
    private const ushort NotFound = 404;
    private const ushort Locked = 405;

    private IConnection? _connection;

    /// <summary>Counts the consumers of queues, of all processes together.</summary>
    /// <returns>
    /// A number for each queue, 0 where there is no such queue; null if the broker does not answer in time.
    /// </returns>
    public async Task<IReadOnlyDictionary<string, uint>?> ReadAsync(
        IReadOnlyCollection<string> queues, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(AnswerLimit);
        try
        {
            _connection ??= await ConnectAsync(limit.Token).WaitAsync(limit.Token);
            var counts = new Dictionary<string, uint>(StringComparer.Ordinal);
            foreach (var queue in queues)
            {
                counts[queue] = await CountAsync(_connection, queue, limit.Token).WaitAsync(limit.Token);
            }

            return counts;
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            await DisposeAsync();
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is not { } connection)
        {
            return;
        }

        // On a connection that is dead, the goodbye is not answered either.
        await connection.DisposeAsync()
            .AsTask()
            .WaitAsync(AnswerLimit)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<uint> CountAsync(IConnection connection, string queue, CancellationToken stop)
    {
        // A channel each: the broker closes that of a queue which is not there.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stop);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, stop)).ConsumerCount;
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == NotFound)
        {
            return 0;
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Locked)
        {
            // It is another connection's own, and goes with it.
            return 1;
        }
    }

    private async Task<IConnection> ConnectAsync(CancellationToken stop)
    {
        var factory = settings.GetConnectionFactory();
        await settings.Refresh(factory);
        const string Name = "sagas: watchdog";
        return settings.EndpointResolver is { } resolver
            ? await factory.CreateConnectionAsync(resolver, Name, stop)
            : await factory.CreateConnectionAsync([settings.Host], Name, stop);
    }
}
