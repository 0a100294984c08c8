using System.Text.Json;
using RabbitMQ.Client;

namespace Sagas.IntegrationTests.Faults;

/// <summary>A queue that gets every event and that nobody reads before the end: how the events arrived.</summary>
internal sealed class EventWitness(string broker)
{
    public const string Queue = "event-witness";

    /// <summary>Begins to listen.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        await using var connection = await ConnectAsync(ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        await channel.QueueDeclareAsync(
            Queue,
            durable: true,
            exclusive: false,
            autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum" },
            cancellationToken: ct);
        await channel.QueueBindAsync(Queue, "saga.event", "", cancellationToken: ct);
    }

    /// <summary>
    /// What is wrong with the events as they arrived: each saga's must come in the order of their numbers, without
    /// gaps. One that came before may come again.
    /// </summary>
    public async Task<IReadOnlyList<string>> FindViolationsAsync(int sagas, CancellationToken ct)
    {
        await using var connection = await ConnectAsync(ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        var last = new Dictionary<Guid, int>();
        var violations = new List<string>();
        while (await channel.BasicGetAsync(Queue, autoAck: true, ct) is { } delivery)
        {
            var message = JsonElement.Parse(delivery.Body.Span).GetProperty("message");
            var (saga, number) = (message.GetProperty("sagaId").GetGuid(), message.GetProperty("sequence").GetInt32());
            var before = last.GetValueOrDefault(saga);
            if (number > before + 1)
            {
                violations.Add($"event {number} of saga {saga} came after {before}");
            }

            last[saga] = Math.Max(before, number);
        }

        if (last.Count != sagas)
        {
            violations.Add($"there are events of {last.Count} sagas, not of {sagas}");
        }

        return violations;
    }

    private Task<IConnection> ConnectAsync(CancellationToken ct) =>
        new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync(ct);
}
