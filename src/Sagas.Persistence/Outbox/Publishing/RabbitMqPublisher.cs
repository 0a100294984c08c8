using System.Collections.Concurrent;
using System.Globalization;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Sagas.Persistence.Outbox.Publishing;

/// <summary>
/// Publishes over a channel of its own on the bus's connection. What the broker objects to may close the channel; then
/// the bus has everything until another channel is open, for which it has to have sent something.
/// </summary>
/// <remarks>
/// No delivery may wait for a channel to open: when the broker closes the channel that deliveries come over, the
/// connection reads nothing, the answer to the opening included, until the last one of them has ended.
/// </remarks>
internal sealed class RabbitMqPublisher(ConnectionContext connection) : IDirectPublisher, IAsyncDisposable
{
    // The names under which the transport keeps a message's properties.
    private const string Exchange = "RMQ-Exchange";
    private const string Mandatory = "Mandatory";

    private const string ReplyTo = "amq.rabbitmq.reply-to";

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private volatile Outlet? _outlet;
    private bool _isDisposed;

    public bool Serves(CapturedMessage message)
    {
        var options = message.Addresses.Destination.Query;
        return options.Length == 0
            || !(options.Contains("temporary=true", StringComparison.OrdinalIgnoreCase)
                || options.Contains("autodelete=true", StringComparison.OrdinalIgnoreCase)
                || options.Contains("durable=false", StringComparison.OrdinalIgnoreCase));
    }

    public bool CanPublish(CapturedMessage message)
    {
        return Find(message) is not null;
    }

    public Task? TryPublish(CapturedMessage message, DateTimeOffset now)
    {
        return Find(message) is ({ } channel, { } exchange, { } body)
            ? channel.BasicPublishAsync(
                exchange,
                "",
                message.Properties.TryGetValue(Mandatory, out var mandatory) && mandatory is true,
                ToProperties(message, now),
                body.GetBytes()).AsTask()
            : null;
    }

    public void Learn(CapturedMessage sent)
    {
        var destination = sent.Addresses.Destination;
        if (_outlet is { IsOver: false } known && known.Exchanges.ContainsKey(destination))
        {
            return;
        }

        var address = new RabbitMqEndpointAddress(connection.HostAddress, destination);
        if (address.Durable && !address.AutoDelete)
        {
            Open()?.Exchanges.TryAdd(destination, address.Name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }

        if (_outlet is { } outlet)
        {
            await CloseAsync(outlet);
        }
    }

    private (IChannel Channel, string Exchange, CapturedBody Body)? Find(CapturedMessage message)
    {
        return _outlet is { } outlet
            && outlet.OpenChannel is { } channel
            && outlet.Exchanges.TryGetValue(message.Addresses.Destination, out var exchange)
            && message.Body is { } body
            && IsPlain(message, exchange)
                ? (channel, exchange, body)
                : null;
    }

    /// <summary>Whether it has nothing with it that the bus would have to translate.</summary>
    private static bool IsPlain(CapturedMessage message, string exchange)
    {
        return message.Properties.All(property =>
                property.Key == Mandatory || (property.Key == Exchange && exchange.Equals(property.Value)))
            && message.Headers.All(header => header.Value is string && header.Key is not ("CC" or "BCC"))
            && message.Addresses.Response?.AbsolutePath.EndsWith(ReplyTo, StringComparison.Ordinal) is not true;
    }

    private static BasicProperties ToProperties(CapturedMessage message, DateTimeOffset now)
    {
        var row = message.Row;
        return new BasicProperties
        {
            ContentType = row.ContentType,
            Persistent = true,
            MessageId = row.MessageId.ToString(),
            CorrelationId = row.CorrelationId?.ToString(),
            Expiration = message.GetTimeToLive(now)?.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture),
            Headers = message.Headers.ToDictionary(header => header.Key, header => (object?)header.Value),
        };
    }

    /// <summary>The channel, or the next one, which is being opened.</summary>
    /// <returns><see langword="null"/> after the end.</returns>
    private Outlet? Open()
    {
        lock (_lock)
        {
            if (!_isDisposed && _outlet is not { IsOver: false })
            {
                var last = _outlet;
                _outlet = new Outlet(Task.Run(() => OpenAsync(last)));
            }

            return _outlet;
        }
    }

    private async Task<IChannel> OpenAsync(Outlet? last)
    {
        if (last is not null)
        {
            await CloseAsync(last);
        }

        return await ConfirmedChannel.OpenAsync(connection.Connection, CancellationToken.None);
    }

    private static async Task CloseAsync(Outlet outlet)
    {
        try
        {
            await outlet.CloseAsync().WaitAsync(CloseTimeout);
        }
        catch (Exception)
        {
            // It ends with the connection at the latest.
        }
    }

    /// <summary>A channel, and the exchanges that are known to be there.</summary>
    private sealed class Outlet(Task<IChannel> opening)
    {
        public ConcurrentDictionary<Uri, string> Exchanges { get; } = new();

        /// <summary>The channel while it is open.</summary>
        public IChannel? OpenChannel =>
            opening.IsCompletedSuccessfully && opening.Result is { IsOpen: true } channel ? channel : null;

        /// <summary>Whether it is closed, or could not be opened.</summary>
        public bool IsOver => opening.IsCompleted && OpenChannel is null;

        public async Task CloseAsync()
        {
            await (await opening).DisposeAsync();
        }
    }
}
