using System.Collections.Concurrent;
using System.Globalization;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Sagas.Persistence;

/// <summary>
/// Publishes over a channel of its own on the bus's connection. What the broker objects to may close the channel; then
/// the bus has everything until it has sent something, and another channel is opened.
/// </summary>
internal sealed class RabbitMqPublisher(ConnectionContext connection) : IDirectPublisher, IAsyncDisposable
{
    // The names under which the transport keeps a message's properties.
    private const string Exchange = "RMQ-Exchange";
    private const string Mandatory = "Mandatory";

    private const string ReplyTo = "amq.rabbitmq.reply-to";

    private static readonly CreateChannelOptions Confirmed = new(
        publisherConfirmationsEnabled: true,
        publisherConfirmationTrackingEnabled: true,
        outstandingPublisherConfirmationsRateLimiter: null);

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _opening = new(1, 1);
    private Outlet? _outlet;
    private bool _isDisposed;

    public Task? TryPublish(CapturedMessage message, DateTimeOffset now)
    {
        return _outlet is { Channel.IsOpen: true } outlet
            && outlet.Exchanges.TryGetValue(message.Addresses.Destination, out var exchange)
            && message.Body is { } body
            && IsPlain(message, exchange)
                ? outlet.Channel.BasicPublishAsync(
                    exchange,
                    "",
                    message.Properties.TryGetValue(Mandatory, out var mandatory) && mandatory is true,
                    ToProperties(message, now),
                    body.GetBytes()).AsTask()
                : null;
    }

    public async Task LearnAsync(CapturedMessage sent)
    {
        var destination = sent.Addresses.Destination;
        if (_outlet is { Channel.IsOpen: true } known && known.Exchanges.ContainsKey(destination))
        {
            return;
        }

        var address = new RabbitMqEndpointAddress(connection.HostAddress, destination);
        if (address.Durable && !address.AutoDelete)
        {
            (await OpenAsync())?.Exchanges.TryAdd(destination, address.Name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _opening.WaitAsync();
        try
        {
            _isDisposed = true;
            await CloseAsync();
        }
        finally
        {
            _opening.Release();
        }
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

    /// <returns><see langword="null"/> after the end.</returns>
    private async Task<Outlet?> OpenAsync()
    {
        await _opening.WaitAsync();
        try
        {
            if (_isDisposed || _outlet is { Channel.IsOpen: true })
            {
                return _outlet;
            }

            await CloseAsync();
            return _outlet = new Outlet(await connection.Connection.CreateChannelAsync(Confirmed));
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _outlet, null) is not { } outlet)
        {
            return;
        }

        try
        {
            await outlet.Channel.DisposeAsync().AsTask().WaitAsync(CloseTimeout);
        }
        catch (Exception)
        {
            // It ends with the connection at the latest.
        }
    }

    /// <summary>An open channel, and the exchanges that are known to be there.</summary>
    private sealed record Outlet(IChannel Channel)
    {
        public ConcurrentDictionary<Uri, string> Exchanges { get; } = new();
    }
}
