using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using Sagas.Persistence.Outbox.Publishing;

namespace Sagas.Persistence.Delivery.Moving;

/// <summary>
/// A channel over which an endpoint moves what it received to another queue: with all that the sender may set, and what
/// is added on the way. Whatever the broker would refuse is taken off first: it would close the connection, or the
/// channel, and have everything that was prefetched on it delivered again.
/// </summary>
internal sealed class MovingChannelContext(ChannelContext context, CutHeadersLog log) : ProxyChannelContext(context)
{
    /// <summary>The header in which a moved message keeps the user that the broker knew its sender by.</summary>
    public const string UserHeader = "sagas-user-id";

    /// <summary>A frame's size where client and broker agreed on no limit.</summary>
    private const uint DefaultFrame = 128 * 1024;

    /// <summary>No broker's limit is lower.</summary>
    private const int SmallBody = 64 * 1024;

    public override Task BasicPublishAsync(
        string exchange,
        string routingKey,
        bool mandatory,
        BasicProperties basicProperties,
        byte[] body,
        bool awaitAck,
        CancellationToken cancellationToken)
    {
        Prepare(basicProperties, exchange);
        return body.Length <= SmallBody
            ? base.BasicPublishAsync(
                exchange, routingKey, mandatory, basicProperties, body, awaitAck, cancellationToken)
            : PublishApartAsync(exchange, routingKey, mandatory, basicProperties, body, cancellationToken);
    }

    /// <summary>
    /// Over a channel of its own, which the broker closes if the body is over its limit: that may have been lowered since
    /// the message came.
    /// </summary>
    private async Task PublishApartAsync(
        string exchange,
        string routingKey,
        bool mandatory,
        BasicProperties properties,
        byte[] body,
        CancellationToken cancellationToken)
    {
        await using var channel = await ConfirmedChannel.OpenAsync(ConnectionContext.Connection, cancellationToken);
        await channel.BasicPublishAsync(exchange, routingKey, mandatory, properties, body, cancellationToken);
    }

    private void Prepare(BasicProperties properties, string exchange)
    {
        // The broker compares it with the user of this connection.
        if (properties.UserId is { Length: > 0 } user)
        {
            properties.ClearUserId();
            properties.Headers = new Dictionary<string, object?>(properties.Headers ?? new Dictionary<string, object?>())
            {
                [UserHeader] = user,
            };
        }

        if (properties.Headers is not { } headers)
        {
            return;
        }

        // The other half is more than all other properties take, which are short texts, and what the client adds.
        var frame = ConnectionContext.Connection.FrameMax is > 0 and var agreed ? agreed : DefaultFrame;
        properties.Headers = HeaderTable.Fit(headers, (int)Math.Min(frame, DefaultFrame) / 2, out var cut);
        if (cut is not null)
        {
            log.Write(exchange, cut);
        }
    }
}
