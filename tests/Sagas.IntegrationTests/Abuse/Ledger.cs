using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>Keeps the books: where each input that was sent became visible.</summary>
internal sealed class Ledger : IAsyncDisposable
{
    public const string History = "history";
    public const string Refusal = "RequestRefused";

    public static readonly IReadOnlyList<string> SetAside =
        ["sagas_error", "sagas_skipped", "sagas.http_error", "sagas.http_skipped"];

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly ConcurrentDictionary<Guid, BadInput> _sent = new();
    private readonly ConcurrentDictionary<Guid, ConcurrentBag<string>> _seen = new();
    private readonly ConcurrentDictionary<string, int> _strangers = new();

    private Ledger(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public static async Task<Ledger> OpenAsync(string address, string answers, CancellationToken ct)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync(ct);
        var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        var ledger = new Ledger(connection, channel);
        await channel.QueueDeclareAsync(answers, durable: true, exclusive: false, autoDelete: false, cancellationToken: ct);
        await channel.ExchangeDeclareAsync(answers, ExchangeType.Fanout, durable: true, cancellationToken: ct);
        await channel.QueueBindAsync(answers, answers, "", cancellationToken: ct);
        await ledger.ConsumeAsync(answers, ledger.Answer, ct);
        return ledger;
    }

    public void Add(BadInput input) => _sent.TryAdd(input.Id, input);

    /// <summary>Collects what the worker put aside.</summary>
    public async Task CollectAsync(string queue, CancellationToken ct)
    {
        var left = new TaskCompletionSource();
        var count = (await _channel.QueueDeclarePassiveAsync(queue, ct)).MessageCount;
        if (count == 0)
        {
            return;
        }

        await ConsumeAsync(queue, delivery =>
        {
            var id = delivery.BasicProperties.Headers is { } headers && headers.TryGetValue(BadInput.Header, out var value)
                && value is byte[] bytes ? Guid.Parse(Encoding.UTF8.GetString(bytes)) : default;
            See(id, queue, queue);
            if (Interlocked.Decrement(ref count) == 0)
            {
                left.TrySetResult();
            }
        }, ct);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(60), ct);
    }

    /// <summary>
    /// Collects the history's records of replies that changed nothing, but for those of the flooded saga.
    /// </summary>
    public async Task CollectAsync(NpgsqlDataSource sagas, Guid flooded, CancellationToken ct)
    {
        var byAttempt = _sent.Values.Where(x => x.Attempt is not null).ToLookup(x => x.Attempt!.Value);
        await using var history = sagas.CreateCommand(
            $"select step, attempt from sagas.saga_history where event = 'ReplyIgnored' and saga_id <> '{flooded}'");
        await using var rows = await history.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var id = Guid.TryParse(rows.GetString(0), out var step) && _sent.ContainsKey(step)
                ? step
                : byAttempt[rows.GetInt32(1)].FirstOrDefault()?.Id ?? default;
            See(id, History, $"history {rows[0]} {rows[1]}");
        }
    }

    public IReadOnlyCollection<string> Seen(Guid id) => _seen.TryGetValue(id, out var ways) ? ways : [];

    /// <summary>How many inputs became visible in which way.</summary>
    public IReadOnlyDictionary<string, int> Ways() => _sent.Keys
        .GroupBy(x => string.Join(" + ", Seen(x).Distinct().Order()))
        .ToDictionary(x => x.Key.Length == 0 ? "nowhere" : x.Key, x => x.Count());

    /// <summary>Inputs that one way tells of twice.</summary>
    public IEnumerable<BadInput> Repeated() => _sent.Values.Where(x => Seen(x.Id).Distinct().Count() < Seen(x.Id).Count);

    /// <summary>
    /// How many messages the worker refused: inputs, and its own answers that came back to its queue, because an input
    /// had it answer there.
    /// </summary>
    public int Refused() =>
        _sent.Keys.Count(x => Seen(x).Any(way => way == Refusal || SetAside.Contains(way)))
        + _strangers.Where(x => SetAside.Contains(x.Key)).Sum(x => x.Value);

    public IEnumerable<BadInput> Inputs => _sent.Values;

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task ConsumeAsync(string queue, Action<BasicDeliverEventArgs> see, CancellationToken ct)
    {
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            see(delivery);
            return Task.CompletedTask;
        };
        await _channel.BasicConsumeAsync(queue, autoAck: true, consumer, ct);
    }

    private void Answer(BasicDeliverEventArgs delivery)
    {
        var body = JsonSerializer.Deserialize<JsonElement>(delivery.Body.Span);
        var isEnvelope = delivery.BasicProperties.ContentType == Draft.EnvelopeType;
        var type = isEnvelope
            ? body.GetProperty("messageType")[0].GetString()!.Split(':')[^1]
            : delivery.BasicProperties.Type ?? "";
        var id = isEnvelope
            ? body.TryGetProperty("requestId", out var request) && request.ValueKind == JsonValueKind.String ? request.GetString() : null
            : delivery.BasicProperties.Headers is { } headers && headers.TryGetValue("RequestId", out var header)
                && header is byte[] bytes ? Encoding.UTF8.GetString(bytes) : null;
        var message = isEnvelope ? body.GetProperty("message") : body;
        var detail = message.TryGetProperty("code", out var code) ? $"{type} {code}" : type;
        See(Guid.TryParse(id, out var guid) ? guid : default, type, $"answer {detail} to {id ?? "nobody"}");
    }

    private void See(Guid id, string way, string stranger)
    {
        if (_sent.ContainsKey(id))
        {
            _seen.GetOrAdd(id, _ => []).Add(way);
        }
        else
        {
            _strangers.AddOrUpdate(stranger, 1, (_, x) => x + 1);
        }
    }
}
