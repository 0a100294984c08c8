using RabbitMQ.Client;

namespace Sagas.Persistence.Outbox.Publishing;

/// <summary>Opens channels on which a publication ends when the broker has confirmed it.</summary>
internal static class ConfirmedChannel
{
    private static readonly CreateChannelOptions Options = new(
        publisherConfirmationsEnabled: true,
        publisherConfirmationTrackingEnabled: true,
        outstandingPublisherConfirmationsRateLimiter: null);

    public static Task<IChannel> OpenAsync(IConnection connection, CancellationToken stop) =>
        connection.CreateChannelAsync(Options, stop);
}
