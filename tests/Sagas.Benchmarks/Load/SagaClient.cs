using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Sagas.Benchmarks.Participants;

namespace Sagas.Benchmarks.Load;

/// <summary>Starts sagas by plain AMQP and hears of their ends, as any client does.</summary>
internal sealed class SagaClient : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _starts;
    private readonly IChannel _events;
    private readonly ConcurrentDictionary<Guid, (long StartedAt, TaskCompletionSource<TimeSpan> End)> _waiting = new();

    private SagaClient(IConnection connection, IChannel starts, IChannel events) =>
        (_connection, _starts, _events) = (connection, starts, events);

    public static async Task<SagaClient> ConnectAsync(string broker, CancellationToken stop)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync("benchmark", stop);
        var confirms = new CreateChannelOptions(
            publisherConfirmationsEnabled: true,
            publisherConfirmationTrackingEnabled: true,
            outstandingPublisherConfirmationsRateLimiter: null);
        var client = new SagaClient(
            connection,
            await connection.CreateChannelAsync(confirms, stop),
            await connection.CreateChannelAsync(cancellationToken: stop));
        try
        {
            await client.SubscribeAsync(stop);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one saga.</summary>
    /// <param name="scenario">Which.</param>
    /// <param name="stop">Stops it.</param>
    /// <returns>The time from before its start was sent to its end, as this client learns of both.</returns>
    public async Task<TimeSpan> RunAsync(Scenario scenario, CancellationToken stop)
    {
        var id = Guid.CreateVersion7();
        var end = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = (Stopwatch.GetTimestamp(), end);
        await StartAsync(id, scenario, stop);
        return await end.Task.WaitAsync(TimeSpan.FromMinutes(2), stop);
    }

    /// <summary>Starts a saga, and does not wait for its end.</summary>
    public Task StartAsync(Scenario scenario, CancellationToken stop) =>
        StartAsync(Guid.CreateVersion7(), scenario, stop);

    public async ValueTask DisposeAsync()
    {
        await _starts.DisposeAsync();
        await _events.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task StartAsync(Guid id, Scenario scenario, CancellationToken stop)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new { sagaName = scenario.Saga, sagaId = id, input = StepFailure.InputOf(scenario.FailingStep) });
        var properties = new BasicProperties
        {
            ContentType = "application/vnd.masstransit+json",
            Persistent = true,
            MessageId = id.ToString(),
        };
        await _starts.BasicPublishAsync("", "sagas", mandatory: true, properties, Envelope(id, body), stop);
    }

    /// <summary>MassTransit's envelope, which every system under test reads.</summary>
    private static byte[] Envelope(Guid id, byte[] body) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        messageId = id,
        messageType = (string[])["urn:message:Sagas.Contracts:StartSaga"],
        message = JsonElement.Parse(body),
    });

    private async Task SubscribeAsync(CancellationToken stop)
    {
        var queue = (await _events.QueueDeclareAsync(cancellationToken: stop)).QueueName;
        foreach (var exchange in (string[])["saga.completed", "saga.compensated"])
        {
            await _events.QueueBindAsync(queue, exchange, "", cancellationToken: stop);
        }

        var consumer = new AsyncEventingBasicConsumer(_events);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            using var envelope = JsonDocument.Parse(delivery.Body);
            var id = envelope.RootElement.GetProperty("message").GetProperty("sagaId").GetGuid();
            if (_waiting.TryRemove(id, out var saga))
            {
                saga.End.SetResult(Stopwatch.GetElapsedTime(saga.StartedAt));
            }

            return Task.CompletedTask;
        };
        await _events.BasicConsumeAsync(queue, autoAck: true, consumer, stop);
    }
}
