using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Sagas.IntegrationTests.EndToEnd;

/// <summary>Any AMQP client: no MassTransit, none of the project's types.</summary>
internal sealed class PlainClient : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _answers;
    private readonly ConcurrentQueue<(string? Type, JsonElement Body, string? Expiration)> _received = new();

    private PlainClient(IConnection connection, IChannel channel, string answers)
    {
        _connection = connection;
        _channel = channel;
        _answers = answers;
    }

    /// <summary>The answers and events that have come so far, in order.</summary>
    public IReadOnlyCollection<(string? Type, JsonElement Body, string? Expiration)> Received => _received;

    public static async Task<PlainClient> ConnectAsync(string address, CancellationToken ct)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync(ct);
        var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
        var answers = (await channel.QueueDeclareAsync(cancellationToken: ct)).QueueName;
        var client = new PlainClient(connection, channel, answers);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            client._received.Enqueue(
                (delivery.BasicProperties.Type,
                    JsonSerializer.Deserialize<JsonElement>(delivery.Body.Span),
                    delivery.BasicProperties.Expiration));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(answers, autoAck: true, consumer, ct);
        return client;
    }

    /// <summary>Has what is published to an exchange delivered here too.</summary>
    public Task SubscribeAsync(string exchange, CancellationToken ct) =>
        _channel.QueueBindAsync(_answers, exchange, "", cancellationToken: ct);

    /// <param name="name">The name of its definition.</param>
    /// <param name="input">What it starts with.</param>
    /// <param name="key">Its idempotency key.</param>
    /// <param name="ct">Stops it.</param>
    /// <param name="id">Its id; by default the worker gives it one.</param>
    public Task StartSagaAsync(string name, JsonObject input, string key, CancellationToken ct, Guid? id = null)
    {
        var start = new JsonObject { ["sagaName"] = name, ["input"] = input, ["idempotencyKey"] = key };
        if (id is not null)
        {
            start["sagaId"] = id;
        }

        return SendAsync("StartSaga", start.ToJsonString(), ct);
    }

    public async Task SendAsync(string? type, string body, CancellationToken ct, string? contentType = "application/json")
    {
        var properties = new BasicProperties
        {
            ContentType = contentType,
            Type = type,
            ReplyTo = _answers,
            Persistent = true,
        };
        await _channel.BasicPublishAsync(
            "", "sagas", mandatory: true, properties, System.Text.Encoding.UTF8.GetBytes(body), ct);
    }

    /// <summary>How many messages wait in a queue.</summary>
    public Task<uint> CountAsync(string queue, CancellationToken ct) => _channel.MessageCountAsync(queue, ct);

    /// <summary>Drops the messages that wait in a queue.</summary>
    /// <returns>How many they were.</returns>
    public Task<uint> PurgeAsync(string queue, CancellationToken ct) => _channel.QueuePurgeAsync(queue, ct);

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
