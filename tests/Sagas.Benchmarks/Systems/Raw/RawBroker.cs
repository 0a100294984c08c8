using System.Text;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Sagas.Benchmarks.Participants;

namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>A process's side of the broker: deliveries as they are in hand, publishing with confirms.</summary>
internal sealed class RawBroker : IAsyncDisposable
{
    public const string OrchestratorQueue = "sagas";

    private static readonly string[] Events =
    [
        "saga.started", "saga.step_completed", "saga.step_failed", "saga.completed",
        "saga.compensating", "saga.step_compensated", "saga.compensated",
    ];

    private readonly Channel<RawDelivery> _deliveries = Channel.CreateUnbounded<RawDelivery>();
    private readonly IConnection _connection;
    private readonly IChannel _in;
    private readonly IChannel _out;

    private RawBroker(IConnection connection, IChannel @in, IChannel @out) =>
        (_connection, _in, _out) = (connection, @in, @out);

    public static async Task<RawBroker> ConnectAsync(string broker, CancellationToken stop)
    {
        // It does not connect again: a process that loses the broker ends.
        var factory = new ConnectionFactory { Uri = new Uri(broker), AutomaticRecoveryEnabled = false };
        var connection = await factory.CreateConnectionAsync("raw", stop);
        var confirms = new CreateChannelOptions(
            publisherConfirmationsEnabled: true,
            publisherConfirmationTrackingEnabled: true,
            outstandingPublisherConfirmationsRateLimiter: null);
        var raw = new RawBroker(
            connection,
            await connection.CreateChannelAsync(cancellationToken: stop),
            await connection.CreateChannelAsync(confirms, stop));
        await raw.DeclareAsync(stop);
        return raw;
    }

    public async Task ConsumeAsync(IEnumerable<string> queues, CancellationToken stop)
    {
        await _in.BasicQosAsync(0, 500, global: false, stop);
        foreach (var queue in queues)
        {
            var consumer = new AsyncEventingBasicConsumer(_in);
            consumer.ReceivedAsync += async (_, delivery) =>
                await _deliveries.Writer.WriteAsync(
                    new RawDelivery(delivery.DeliveryTag, delivery.Body.ToArray()), stop);
            consumer.ShutdownAsync += (_, _) => Task.FromResult(_deliveries.Writer.TryComplete());
            await _in.BasicConsumeAsync(queue, autoAck: false, consumer, stop);
        }
    }

    /// <summary>What is in hand, and if nothing is, the next one; never waits for more.</summary>
    /// <exception cref="ChannelClosedException">The broker is gone.</exception>
    public async Task<List<RawDelivery>> TakeAsync(int most, CancellationToken stop)
    {
        var taken = new List<RawDelivery> { await _deliveries.Reader.ReadAsync(stop) };
        while (taken.Count < most && _deliveries.Reader.TryRead(out var delivery))
        {
            taken.Add(delivery);
        }

        return taken;
    }

    /// <summary>Sends all without waiting in between, and then waits until the broker has all.</summary>
    public Task PublishAsync(IEnumerable<RawMessage> messages) =>
        Task.WhenAll(messages.Select(x => _out.BasicPublishAsync(
            x.Exchange,
            "",
            x.IsMandatory,
            new BasicProperties
            {
                ContentType = "application/vnd.masstransit+json",
                Persistent = true,
                MessageId = x.Id.ToString(),
                CorrelationId = x.SagaId.ToString(),
            },
            Encoding.UTF8.GetBytes(x.Body)).AsTask()).ToArray());

    public ValueTask AcknowledgeAsync(RawDelivery last) => _in.BasicAckAsync(last.Tag, multiple: true);

    public async ValueTask DisposeAsync()
    {
        await _in.DisposeAsync();
        await _out.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>The exchanges and queues that the worker and its participants have.</summary>
    private async Task DeclareAsync(CancellationToken stop)
    {
        foreach (var queue in (string[])[OrchestratorQueue, .. ParticipantsProcess.Queues])
        {
            await _in.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: stop);
            await _in.QueueDeclareAsync(
                queue,
                durable: true,
                exclusive: false,
                autoDelete: false,
                new Dictionary<string, object?> { ["x-queue-type"] = "quorum" },
                cancellationToken: stop);
            await _in.QueueBindAsync(queue, queue, "", cancellationToken: stop);
        }

        await _in.ExchangeDeclareAsync("saga.event", ExchangeType.Fanout, durable: true, cancellationToken: stop);
        foreach (var name in Events)
        {
            await _in.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true, cancellationToken: stop);
            await _in.ExchangeBindAsync("saga.event", name, "", cancellationToken: stop);
        }
    }
}
